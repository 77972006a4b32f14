import { StartError } from '../../domain/errors.ts';
import { connectionOptions } from './connection.ts';
import { Client } from './drizzle.ts';
import { serverLock } from './locks.ts';
import { unusable } from './unusable.ts';

/**
 * Does what a command has to do with the database at `url`: in one transaction, and while no server uses it.
 *
 * @param subject how a line about that database begins.
 * @throws StartError with one line that says what is wrong; nothing is changed then.
 */
export async function aloneWith<T>(
  url: string,
  subject: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  // A command may take its time; whoever started it can end it.
  const unlimited = { statement_timeout: 0, query_timeout: 0, idle_in_transaction_session_timeout: 0 };
  const client = new Client({
    ...connectionOptions(url),
    ...unlimited,
    application_name: 'carillon-command',
  });
  client.on('error', () => undefined); // Whoever runs a query is told as well.
  try {
    await client.connect();
    await client.query('BEGIN');
    const { rows } = await client.query<{ alone: boolean }>(
      `SELECT pg_try_advisory_xact_lock(${serverLock}) AS alone`,
    );
    if (rows[0]?.alone !== true) {
      throw new StartError(`${subject}, which a Carillon process uses. Stop all of them first.`);
    }
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (cause) {
    throw unusable(subject, cause);
  } finally {
    await client.end(); // Which rolls back what was not committed.
  }
}
