import { parseArgs } from 'node:util';
import { databaseAt } from '../src/config.ts';
import { StartError } from '../src/domain/errors.ts';
import { moveToPostgres } from '../src/store/move-to-postgres.ts';
import { shownLocation } from '../src/store/open.ts';
import { runCommand } from './command.ts';

const usage =
  'usage: npm run migrate:to-postgres -- --from file:<path> --to postgres://<user>:<password>@<host>/<database>';

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, to: { type: 'string' } },
    });
    return values;
  } catch (cause) {
    throw cause instanceof TypeError ? new StartError(`${cause.message}\n${usage}`, { cause }) : cause;
  }
}

await runCommand(async (args) => {
  const { from, to } = parse(args);
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
});
