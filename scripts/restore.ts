import { resolve } from 'node:path';
import { readConfig } from '../src/config.ts';
import { StartError } from '../src/domain/errors.ts';
import { restore } from '../src/store/sqlite/backup.ts';
import { runCommand } from './command.ts';

await runCommand(([file, ...more]) => {
  if (file === undefined || more.length > 0) throw new StartError('usage: npm run restore -- <file>');
  const { database } = readConfig();
  if (database.dialect === 'postgres') {
    throw new StartError('DATABASE_URL names a PostgreSQL database, which pg_restore puts in place.');
  }
  const { path } = database;
  const kept = restore(path, resolve(file));
  const before = kept === undefined ? '' : ` What was there before is kept as ${kept}.`;
  return `${path} is now what ${resolve(file)} holds, under a new epoch.${before}`;
});
