import { createRequire } from 'node:module';

/* The SQLite half of drizzle-orm, as CommonJS for the reason that `../drizzle.ts` gives. */
const require = createRequire(import.meta.url);

// eslint-disable-next-line @typescript-eslint/no-deprecated -- other overloads of them are; ours are not.
export const { getTableConfig, index, integer, primaryKey, sqliteTable, text, uniqueIndex } =
  require('drizzle-orm/sqlite-core') as typeof import('drizzle-orm/sqlite-core');

export const { drizzle } =
  require('drizzle-orm/better-sqlite3') as typeof import('drizzle-orm/better-sqlite3');

export const { migrate } =
  require('drizzle-orm/better-sqlite3/migrator') as typeof import('drizzle-orm/better-sqlite3/migrator');
