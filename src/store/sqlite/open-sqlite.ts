import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database, { SqliteError } from 'better-sqlite3';
import { StartError } from '../../domain/errors.ts';
import type { Store, StoreParts } from '../../domain/store.ts';
import { continueIdsAfter } from '../../use-cases/new-id.ts';
import { createStore } from '../../use-cases/store.ts';
import { DrizzleError } from '../drizzle.ts';
import { newEpoch } from '../epoch.ts';
import { FileWatch } from './file-watch.ts';
import { identityOf, migrationsFolder } from './identity.ts';
import { drizzle, migrate } from './drizzle.ts';
import { lockDatabase } from './lock.ts';
import { refuseHalfRestored } from './restore.ts';
import { sqliteDatabase } from './sqlite-database.ts';
import { prepareStatements } from './statements.ts';
import { setStatistics } from './statistics.ts';

/**
 * Opens the SQLite database at `path`, making and migrating it as needed.
 * @throws StartError with one line that says what is wrong with it.
 */
export function openSqlite(path: string, parts: StoreParts): Store {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(path, cause);
  }
  let opened: { close: () => void }[] = [];
  try {
    refuseHalfRestored(path);
    refuseHardLinks(path);
    const database = new Database(path, { timeout: 1_000 });
    opened = [database];
    const files = new FileWatch(path);
    refuseForeign(path, database);
    const lock = lockDatabase(path);
    opened = [database, lock];
    configure(database);
    const statements = prepare(database);
    const { meta } = statements.tables;
    const epoch = (meta.get.get({ key: 'epoch' })?.['value'] as string | undefined) ?? newEpoch();
    meta.put.run({ key: 'epoch', value: epoch });
    assertDurable(database);
    // Between opening and locking, `restore` may have replaced the file.
    files.assertSame();
    const [newest] = statements.queries.newestId({});
    continueIdsAfter(newest?.['id'] as string | undefined);
    return createStore(sqliteDatabase({ epoch, database, statements, lock, files }, parts), parts);
  } catch (cause) {
    for (const one of opened) one.close();
    throw unusable(path, cause);
  }
}

function configure(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  // After WAL: whatever was set before it falls back to NORMAL at the first write.
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('cache_size = -65536'); // 64 MiB
  // Pages, 2 MiB: a checkpoint holds up the commits behind it, and a longer log makes none of them cheaper.
  database.pragma('wal_autocheckpoint = 500');
  // Bytes. A long reader, such as a backup, lets the log grow; without this it would keep that size.
  database.pragma('journal_size_limit = 8388608');
}

function prepare(database: Database.Database) {
  migrate(drizzle(database), { migrationsFolder });
  setStatistics(database);
  return prepareStatements(database);
}

/** To be called after a write: only then does `synchronous` tell the truth. */
function assertDurable(database: Database.Database): void {
  const expected = { journal_mode: 'wal', synchronous: 2, foreign_keys: 1 };
  for (const [name, value] of Object.entries(expected)) {
    const actual = database.pragma(name, { simple: true });
    if (actual !== value) throw new Error(`SQLite's ${name} is ${String(actual)} and not ${value}`);
  }
}

/** The lock goes by the file's place, so under a second name a second server could open the same file. */
function refuseHardLinks(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true || found.nlink === 1) return;
  throw new StartError(
    `DATABASE_URL names ${path}, a file that has ${found.nlink} names (hard links): two servers could use it at once. Remove the other names, or copy the file and name the copy.`,
  );
}

function refuseForeign(path: string, database: Database.Database): void {
  const identity = identityOf(database);
  if (identity === 'foreign') {
    throw new StartError(`DATABASE_URL names ${path}, which is the database of another application.`);
  }
  if (identity === 'newer') {
    throw new StartError(
      `DATABASE_URL names ${path}, which was made by a newer version of Carillon that this one cannot live with. Start that version, or restore a backup made by this one.`,
    );
  }
}

function unusable(path: string, cause: unknown): unknown {
  if (cause instanceof StartError) return cause;
  // What fails in a migration comes wrapped, with the whole statement as its message.
  if (cause instanceof DrizzleError && cause.cause !== undefined) return unusable(path, cause.cause);
  const names = `DATABASE_URL names ${path}`;
  if (cause instanceof SqliteError) {
    if (cause.code === 'SQLITE_NOTADB')
      return new StartError(`${names}, which is not a SQLite database.`, { cause });
    return new StartError(`${names}, which cannot be opened for writing: ${cause.message} (${cause.code}).`, {
      cause,
    });
  }
  if (cause instanceof Error && 'code' in cause && 'syscall' in cause) {
    return new StartError(`${names}, whose folder cannot be used: ${cause.message}.`, { cause });
  }
  return cause;
}
