import { resolve } from 'node:path';
import { readConfig } from '../src/config.ts';
import { StartError } from '../src/domain/errors.ts';
import { backUp } from '../src/store/sqlite/backup.ts';
import { runCommand } from './command.ts';

await runCommand(([file, ...more]) => {
  if (file === undefined || more.length > 0) throw new StartError('usage: npm run backup -- <new file>');
  const { database } = readConfig();
  if (database.dialect === 'postgres') {
    throw new StartError(
      'DATABASE_URL names a PostgreSQL database, which pg_dump copies while the server runs: pg_dump --format=custom --file=<new file> <DATABASE_URL>. After pg_restore has put a copy in place: npm run restore -- --renew-epoch',
    );
  }
  const { path } = database;
  backUp(path, resolve(file));
  return `${path} was copied to ${resolve(file)}.`;
});
