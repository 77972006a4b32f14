import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StartError } from '../../domain/errors.ts';
import { newEpoch } from '../epoch.ts';
import { assertOurs, endings, inOneLine, sync, writeCopy } from './copy.ts';
import { identityOf } from './identity.ts';
import { lockDatabase } from './lock.ts';
import { placeOf } from './place.ts';

/**
 * Puts the copy `file` in the place of the database at `path`, under a new epoch: what clients saw after the copy was
 * made is not in it, so their cursors must not count any more. The server must not be running. All files that were there
 * before are kept under another name; SQLite would take a log that stays behind for the new file's.
 *
 * @returns where the first of those files is now; undefined when there was none.
 * @throws StartError with one line that says what is wrong. Until the old files are put aside nothing has changed; from
 * then on no server starts before a restore is complete.
 */
export function restore(path: string, file: string): string | undefined {
  if (!existsSync(file)) throw new StartError(`There is no file ${file}.`);
  check(file);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const lock = lockDatabase(path);
    try {
      return replace(placeOf(path), file);
    } finally {
      lock.close();
    }
  } catch (cause) {
    throw inOneLine(`${file} could not be put in the place of ${path}`, cause);
  }
}

/** @throws StartError when a restore was cut off after it had put files aside, perhaps a part of the database. */
export function refuseHalfRestored(path: string): void {
  const next = nextOf(placeOf(path));
  if (!existsSync(next)) return;
  throw new StartError(
    `DATABASE_URL names ${path}, where a restore was cut off. Run the restore again; what it had prepared is ${next}.`,
  );
}

/** The new database while the old one's files are put aside. */
function nextOf(place: string): string {
  return `${place}.restoring`;
}

function replace(place: string, file: string): string | undefined {
  const part = `${place}.part`;
  try {
    writeCopy(file, part);
    renew(part);
    sync(part);
    renameSync(part, nextOf(place));
  } catch (cause) {
    rmSync(part, { force: true });
    throw cause;
  }
  const kept = putAside(place);
  renameSync(nextOf(place), place);
  sync(dirname(place));
  return kept;
}

/** As they are: a log that is applied to a file that is not its own damages that file. */
function putAside(place: string): string | undefined {
  const kept = `${place}.before-restore-${new Date().toISOString().replace(/[-:.]/g, '')}`;
  const found = endings.filter((ending) => existsSync(place + ending));
  for (const ending of found) renameSync(place + ending, kept + ending);
  return found[0] === undefined ? undefined : kept + found[0];
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
