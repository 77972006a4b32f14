import { createRequire } from 'node:module';

/*
 * drizzle-orm, loaded as CommonJS. Its package.json has 180 kB, and Node reads it again for each of the 120 ES modules
 * that are imported: 0.3 s at every start, and 100 MB that the process then keeps. As CommonJS it is read once.
 */
const require = createRequire(import.meta.url);

export const {
  and,
  asc,
  count,
  desc,
  DrizzleError,
  DrizzleQueryError,
  eq,
  getTableColumns,
  gt,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  sql,
} = require('drizzle-orm') as typeof import('drizzle-orm');
