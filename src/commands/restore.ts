import { resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { StartError } from '../domain/errors.ts';
import { shownLocation } from '../store/open.ts';
import { renewEpoch } from '../store/postgres/renew-epoch.ts';
import { restore } from '../store/sqlite/restore.ts';
import type { Command } from './command.ts';

/** Puts a copy in place while the server is stopped, under a new epoch. */
export const restoreCopy: Command = async ([argument, ...more], calledAs) => {
  const { database } = readConfig();
  if (database.dialect === 'postgres') {
    if (argument !== '--renew-epoch' || more.length > 0) {
      throw new StartError(
        `DATABASE_URL names a PostgreSQL database, which pg_restore puts in place. Then, before Carillon starts: ${calledAs} --renew-epoch`,
      );
    }
    const epoch = await renewEpoch(database.url);
    return `${shownLocation(database)} has the new epoch ${epoch}: clients that come back fetch their lists again.`;
  }
  if (argument === undefined || argument.startsWith('--') || more.length > 0) {
    throw new StartError(`usage: ${calledAs} <file>`);
  }
  const { path } = database;
  const kept = restore(path, resolve(argument));
  const before = kept === undefined ? '' : ` What was there before is kept as ${kept}.`;
  return `${path} is now what ${resolve(argument)} holds, under a new epoch.${before}`;
};
