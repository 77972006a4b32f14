import { createRequire } from 'node:module';

/* The PostgreSQL half of drizzle-orm, as CommonJS for the reason that `../drizzle.ts` gives. */
const require = createRequire(import.meta.url);

export const {
  bigint,
  customType,
  getTableConfig,
  index,
  pgSchema,
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- other overloads of it are; ours is not.
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} = require('drizzle-orm/pg-core') as typeof import('drizzle-orm/pg-core');

export const { drizzle } = require('drizzle-orm/node-postgres') as typeof import('drizzle-orm/node-postgres');

export const { migrate } =
  require('drizzle-orm/node-postgres/migrator') as typeof import('drizzle-orm/node-postgres/migrator');

export const { Client, DatabaseError, Pool, types } = require('pg') as typeof import('pg');
export type Client = import('pg').Client;
