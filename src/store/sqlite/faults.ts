import { SqliteError } from 'better-sqlite3';
import { AppError } from '../../domain/errors.ts';

/**
 * What the kernel or the file has lost cannot be had back by trying again: after a failed fsync the pages that were
 * not written count as clean, and the next fsync would succeed without them. A file that was moved away (`DBMOVED`)
 * takes all further writes, and nobody finds them.
 */
const forGood = new Set([
  'SQLITE_IOERR_FSYNC',
  'SQLITE_IOERR_DIR_FSYNC',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_READONLY_DBMOVED',
]);

/** Whether `error` means that this database must not be written to any more. */
export function isFailureForGood(error: unknown): boolean {
  return error instanceof SqliteError && forGood.has(error.code);
}

/** What the caller is told about `error`: an AppError for what SQLite reports, everything else as it is. */
export function faultOf(error: unknown): unknown {
  if (error instanceof SqliteError) {
    if (error.code === 'SQLITE_FULL') {
      return new AppError('storage_full', 'There is no room left to write this; nothing was changed.', {
        cause: error,
      });
    }
    if (/^SQLITE_(IOERR|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM|CORRUPT|NOTADB)/.test(error.code)) {
      return new AppError('unavailable', 'The database does not answer.', { cause: error });
    }
  }
  return error;
}
