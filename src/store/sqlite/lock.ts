import Database, { SqliteError } from 'better-sqlite3';
import { StartError } from '../../domain/errors.ts';
import { placeOf } from './place.ts';

/**
 * Makes sure that one process alone serves a database: two would not hear of each other's commits. The lock is one that
 * the operating system drops with the process, however that ends, on a file beside the database, so that the database
 * itself can still be read by others. It can be taken where there is no database yet.
 *
 * @returns the lock; closing it lets go.
 * @throws StartError when another process has it.
 */
export function lockDatabase(path: string): { close: () => void } {
  // However many symbolic links lead to the database, there is one lock.
  const lock = new Database(`${placeOf(path)}.lock`, { timeout: 0 });
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!(cause instanceof SqliteError) || cause.code !== 'SQLITE_BUSY') throw cause;
    throw new StartError(
      `DATABASE_URL names ${path}, which another Carillon process serves already. One process can serve a SQLite file.`,
      { cause },
    );
  }
  return lock;
}
