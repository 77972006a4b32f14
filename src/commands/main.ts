#!/usr/bin/env node
import { StartError } from '../domain/errors.ts';
import { backup } from './backup.ts';
import { type Command, runCommand } from './command.ts';
import { doctor } from './doctor.ts';
import { migrateToPostgres } from './migrate-to-postgres.ts';
import { restoreCopy } from './restore.ts';
import { token } from './token.ts';

/* What `npx carillon` runs. The server has its own main file, which is loaded only to start it. */

const commands: Readonly<Record<string, Command>> = {
  token,
  backup,
  restore: restoreCopy,
  'migrate-to-postgres': migrateToPostgres,
  doctor,
};

const unknown: Command = () => {
  throw new StartError(`usage: npx carillon start | ${Object.keys(commands).join(' | ')}`);
};

const [name = '', ...args] = process.argv.slice(2);
if (name === 'start' && args.length === 0) await import('../main.ts');
else await runCommand(commands[name] ?? unknown, `npx carillon ${name}`, args);
