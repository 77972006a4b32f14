import { resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { StartError } from '../domain/errors.ts';
import { backUp } from '../store/sqlite/backup.ts';
import type { Command } from './command.ts';

/** Copies a SQLite database while the server runs. */
export const backup: Command = ([file, ...more], calledAs) => {
  if (file === undefined || more.length > 0) throw new StartError(`usage: ${calledAs} <new file>`);
  const { database } = readConfig();
  if (database.dialect === 'postgres') {
    throw new StartError(
      'DATABASE_URL names a PostgreSQL database, which pg_dump copies while the server runs: pg_dump --format=custom --file=<new file> <DATABASE_URL>. After pg_restore has put a copy in place: the command restore with --renew-epoch',
    );
  }
  const { path } = database;
  backUp(path, resolve(file));
  return `${path} was copied to ${resolve(file)}.`;
};
