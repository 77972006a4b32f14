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

// eslint-disable-next-line @typescript-eslint/no-deprecated -- other overloads of them are; ours are not.
export const { foreignKey, index, integer, primaryKey, sqliteTable, text } =
  require('drizzle-orm/sqlite-core') as typeof import('drizzle-orm/sqlite-core');

export const { drizzle } =
  require('drizzle-orm/better-sqlite3') as typeof import('drizzle-orm/better-sqlite3');

export const { migrate } =
  require('drizzle-orm/better-sqlite3/migrator') as typeof import('drizzle-orm/better-sqlite3/migrator');
