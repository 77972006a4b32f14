import { resolve } from 'node:path';
import { readConfig } from '../src/config.ts';
import { StartError } from '../src/domain/errors.ts';
import { shownLocation } from '../src/store/open.ts';
import { renewEpoch } from '../src/store/postgres/renew-epoch.ts';
import { restore } from '../src/store/sqlite/restore.ts';
import { runCommand } from './command.ts';

await runCommand(async ([argument, ...more]) => {
  const { database } = readConfig();
  if (database.dialect === 'postgres') {
    if (argument !== '--renew-epoch' || more.length > 0) {
      throw new StartError(
        'DATABASE_URL names a PostgreSQL database, which pg_restore puts in place. Then, before Carillon starts: npm run restore -- --renew-epoch',
      );
    }
    const epoch = await renewEpoch(database.url);
    return `${shownLocation(database)} has the new epoch ${epoch}: clients that come back fetch their lists again.`;
  }
  if (argument === undefined || argument.startsWith('--') || more.length > 0) {
    throw new StartError('usage: npm run restore -- <file>');
  }
  const { path } = database;
  const kept = restore(path, resolve(argument));
  const before = kept === undefined ? '' : ` What was there before is kept as ${kept}.`;
  return `${path} is now what ${resolve(argument)} holds, under a new epoch.${before}`;
});
