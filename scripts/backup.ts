import { resolve } from 'node:path';
import { readConfig } from '../src/config.ts';
import { StartError } from '../src/domain/errors.ts';
import { backUp } from '../src/store/sqlite/backup.ts';
import { runCommand } from './command.ts';

await runCommand(([file, ...more]) => {
  if (file === undefined || more.length > 0) throw new StartError('usage: npm run backup -- <new file>');
  const { path } = readConfig().database;
  backUp(path, resolve(file));
  return `${path} was copied to ${resolve(file)}.`;
});
