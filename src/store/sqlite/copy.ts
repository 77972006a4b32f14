import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StartError } from '../../domain/errors.ts';
import { type Identity, identityOf } from './identity.ts';

/** What the names of a database's files end with: its own, and those that SQLite keeps beside it. */
export const endings = ['', '-wal', '-shm', '-journal'] as const;

/**
 * Writes a copy of the database at `path` to `file`, as it is at one moment, while a server may go on writing. When it
 * returns, the copy is on the disk. A `file` that is there is replaced.
 * @throws StartError when the database is not one of this version's.
 */
export function writeCopy(path: string, file: string): void {
  for (const ending of endings) rmSync(file + ending, { force: true }); // Of a command that was killed.
  // SQLite fills an empty file and leaves its mode alone: nobody else can read the copy at any moment.
  closeSync(openSync(file, 'wx', 0o600));
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    assertOurs(path, identityOf(database));
    database.prepare('VACUUM INTO ?').run(file);
  } finally {
    database.close();
  }
  sync(file);
}

export function assertOurs(path: string, identity: Identity): void {
  if (identity === 'newer') throw new StartError(`${path} was made by a newer version of Carillon.`);
  if (identity !== 'ours') throw new StartError(`${path} is not a database of Carillon's.`);
}

/** Waits until a file, or a folder's list of names, is on the disk. */
export function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function inOneLine(what: string, cause: unknown): StartError {
  if (cause instanceof StartError) return cause;
  return new StartError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
}
