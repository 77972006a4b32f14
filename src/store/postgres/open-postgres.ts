import type { ClientBase } from 'pg';
import { StartError } from '../../domain/errors.ts';
import type { Store, StoreParts } from '../../domain/store.ts';
import { continueIdsAfter } from '../../use-cases/new-id.ts';
import { createStore } from '../../use-cases/store.ts';
import { newEpoch } from '../epoch.ts';
import { connectionOptions, plansByIndex } from './connection.ts';
import { Client, drizzle, migrate, Pool } from './drizzle.ts';
import { migrationsFolder, migrationsSchema, migrationsTable, stateOf } from './identity.ts';
import { migrationLock } from './locks.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { nameOf, unusable } from './unusable.ts';

/** How long a migration may take, and how long a process waits for another one that migrates. */
const migrationTimeoutMs = 10 * 60_000;
/** Connections that read; one more writes. */
const maxReaders = 10;

/**
 * Opens the PostgreSQL database at `url`, making and migrating its tables as needed.
 * @param maxPerCommit most requests that share one commit, for those who measure what that brings.
 * @throws StartError with one line that says what is wrong with it.
 */
export async function openPostgres(url: string, parts: StoreParts, maxPerCommit?: number): Promise<Store> {
  const pool = new Pool({
    ...connectionOptions(url),
    max: maxReaders,
    onConnect: planByIndex,
  });
  // A connection that is lost while nobody uses it: the pool makes another one when it needs one.
  pool.on('error', () => undefined);
  // The pool does not listen to a connection that it has lent out. Without a listener the end of that connection ends
  // the process. Its query fails as well, and that error is handled.
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    const epoch = await prepareDatabase(url);
    const database = new PostgresDatabase({ url, epoch, pool, maxPerCommit }, parts);
    await database.connect();
    const [newest] = await database.read((reader) => reader.rows('newestId', {}));
    continueIdsAfter(newest?.id);
    return createStore(database, parts);
  } catch (cause) {
    await pool.end();
    throw unusable(nameOf(url), cause);
  }
}

/** The pool waits for what this returns, which its types do not say. */
function planByIndex(client: ClientBase): unknown {
  return client.query(plansByIndex);
}

/** Makes and migrates the tables, one process at a time. @returns the epoch */
export async function prepareDatabase(url: string): Promise<string> {
  const client = new Client(migratingOptions(url));
  client.on('error', () => undefined); // Whoever runs a query is told as well.
  try {
    await client.connect();
    const state = await stateOf(client);
    if (state.identity === 'ours' && state.isMigrated && state.epoch !== undefined) return state.epoch;
    return await alone(url, () => migrateDatabase(url, client));
  } finally {
    await client.end();
  }
}

async function migrateDatabase(url: string, client: Client): Promise<string> {
  // Another process may have done it all meanwhile.
  const { identity } = await stateOf(client);
  if (identity === 'foreign') {
    throw new StartError(`${nameOf(url)}, which has the tables of another application.`);
  }
  if (identity === 'newer') {
    throw new StartError(
      `${nameOf(url)}, which was made by a newer version of Carillon that this one cannot live with. Start that version.`,
    );
  }
  await migrate(drizzle(client), { migrationsFolder, migrationsSchema, migrationsTable });
  const insert = `INSERT INTO carillon.meta (key, value) VALUES ('epoch', $1) ON CONFLICT (key) DO NOTHING`;
  await client.query(insert, [newEpoch()]);
  const { epoch } = await stateOf(client);
  if (epoch === undefined) throw new Error('The database does not keep its epoch.');
  return epoch;
}

/** Does `work` while no other process does it. A transaction has the lock, so another connection has to do the work. */
async function alone<T>(url: string, work: () => Promise<T>): Promise<T> {
  const guard = new Client(migratingOptions(url));
  guard.on('error', () => undefined);
  try {
    await guard.connect();
    await guard.query('BEGIN');
    await guard.query(`SELECT pg_advisory_xact_lock(${migrationLock})`);
    return await work();
  } finally {
    await guard.end();
  }
}

function migratingOptions(url: string) {
  return {
    ...connectionOptions(url),
    statement_timeout: migrationTimeoutMs,
    query_timeout: migrationTimeoutMs,
    idle_in_transaction_session_timeout: 0,
  };
}
