import { databaseAt } from '../config.ts';
import { StartError } from '../domain/errors.ts';
import { moveToPostgres } from '../store/move-to-postgres.ts';
import { shownLocation } from '../store/open.ts';
import { argumentsOf } from './arguments.ts';
import type { Command } from './command.ts';

const usageOf = (calledAs: string) =>
  `usage: ${calledAs} --from file:<path> --to postgres://<user>:<password>@<host>/<database>`;

/** Copies a SQLite database to PostgreSQL, with the server stopped. */
export const migrateToPostgres: Command = async (args, calledAs) => {
  const usage = usageOf(calledAs);
  const options = { from: { type: 'string' }, to: { type: 'string' } } as const;
  const { from, to } = argumentsOf(usage, { args: [...args], options }).values;
  if (!from || !to) throw new StartError(usage);
  const [source, target] = [databaseAt('--from', from), databaseAt('--to', to)];
  if (source.dialect !== 'sqlite' || target.dialect !== 'postgres') throw new StartError(usage);
  const moved = await moveToPostgres(source.path, target.url);
  const done = moved.wasMoved ? 'had been copied' : 'was copied';
  const rows = [...moved.rows].map(([table, count]) => `${count} ${table}`).join(', ');
  return (
    `${source.path} ${done} to ${shownLocation(target)}, and compared: ${rows}.\n` +
    'Start Carillon with DATABASE_URL set to it; clients resume where they were. Do not start it on the file again.'
  );
};
