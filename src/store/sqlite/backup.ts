import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StartError } from '../../domain/errors.ts';
import { newEpoch } from '../epoch.ts';
import { type Identity, identityOf } from './identity.ts';
import { lockDatabase } from './lock.ts';

/**
 * Writes a copy of the database at `path` to `file`, as it is at one moment, while a server may go on writing. Until the
 * copy is whole and on the disk it has another name, so a `file` that exists is a good one.
 * @throws StartError with one line that says what is wrong.
 */
export function backUp(path: string, file: string): void {
  if (!existsSync(path))
    throw new StartError(`DATABASE_URL names ${path}, where there is no database to copy.`);
  if (existsSync(file)) throw new StartError(`${file} exists already; name a file that does not.`);
  const part = `${file}.part`;
  try {
    rmSync(part, { force: true }); // Left behind by one that was cut off.
    const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    try {
      assertOurs(path, identityOf(database));
      database.prepare('VACUUM INTO ?').run(part);
    } finally {
      database.close();
    }
    chmodSync(part, 0o600);
    sync(part);
    renameSync(part, file);
    sync(dirname(file));
  } catch (cause) {
    rmSync(part, { force: true });
    throw inOneLine(`${path} could not be copied to ${file}`, cause);
  }
}

/**
 * Puts the copy `file` in the place of the database at `path`, under a new epoch: what clients saw after the copy was
 * made is not in it, so their cursors must not count any more. The server must not be running.
 * @returns where the database is now that was there before; undefined when there was none.
 * @throws StartError with one line that says what is wrong; the database is then as it was.
 */
export function restore(path: string, file: string): string | undefined {
  if (!existsSync(file)) throw new StartError(`There is no file ${file}.`);
  check(file);
  const lock = existsSync(path) ? lockDatabase(path) : undefined;
  const next = `${path}.restoring`;
  try {
    copyFileSync(file, next);
    renew(next);
    sync(next);
    const kept = lock === undefined ? undefined : keep(path);
    renameSync(next, path);
    sync(dirname(path));
    return kept;
  } catch (cause) {
    rmSync(next, { force: true });
    throw inOneLine(`${file} could not be put in the place of ${path}`, cause);
  } finally {
    lock?.close();
  }
}

/** @throws StartError unless `file` is a whole database that this version can use. */
function check(file: string): void {
  try {
    const database = new Database(file, { readonly: true, fileMustExist: true });
    try {
      assertOurs(file, identityOf(database));
      const faults = database.prepare<[], string>('PRAGMA integrity_check').pluck().all();
      if (faults.join() !== 'ok')
        throw new StartError(`${file} is damaged: ${faults[0] ?? 'it cannot be checked'}.`);
      const orphans = database.prepare('PRAGMA foreign_key_check').all();
      if (orphans.length > 0)
        throw new StartError(`${file} is damaged: ${orphans.length} rows refer to none.`);
    } finally {
      database.close();
    }
  } catch (cause) {
    throw inOneLine(`${file} is damaged or not a copy of Carillon's`, cause);
  }
}

function renew(path: string): void {
  const database = new Database(path, { fileMustExist: true });
  try {
    database.prepare(`UPDATE meta SET value = ? WHERE key = 'epoch'`).run(newEpoch());
    database.exec('DELETE FROM tickets');
  } finally {
    database.close();
  }
}

/** Gives the database at `path` a second name, with all that its write-ahead log holds. */
function keep(path: string): string {
  const kept = `${path}.before-restore-${new Date().toISOString().replace(/[-:.]/g, '')}`;
  try {
    const database = new Database(path, { fileMustExist: true });
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close(); // The last connection takes the write-ahead log away.
  } catch {
    // It is damaged, which may be why it is replaced: its log goes with it, and must not be taken for the new one's.
    for (const end of ['-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, kept + end);
  }
  linkSync(path, kept);
  return kept;
}

function assertOurs(path: string, identity: Identity): void {
  if (identity === 'newer') throw new StartError(`${path} was made by a newer version of Carillon.`);
  if (identity !== 'ours') throw new StartError(`${path} is not a database of Carillon's.`);
}

/** Waits until a file, or a folder's list of names, is on the disk. */
function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function inOneLine(what: string, cause: unknown): StartError {
  if (cause instanceof StartError) return cause;
  return new StartError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
}
