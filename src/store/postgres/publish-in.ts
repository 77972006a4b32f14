import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { newActivity } from '../../domain/publishing.ts';

/** An activity as an application writes it. */
export type ActivityInput = z.input<ReturnType<typeof newActivity>>;

/** A connection of the application's own driver, with a transaction open on it: a `Client` or `PoolClient` of `pg`. */
export interface SqlClient {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

const Rows = z.tuple([z.object({ id: z.uuid() })]);

/**
 * Publishes an activity inside the application's own transaction: its commit publishes it, its rollback does not.
 * @param publisher whose activity it is; one of PUBLISH_TOKENS with that name can change it and take it back.
 * @returns the activity's id; the first one's, when its key was published with the same content before.
 * @throws invalid_input, before anything was sent: the transaction is still good. What PostgreSQL refuses (other content
 * under a known key, no right to publish) is the driver's own error, and the transaction has failed.
 */
export async function publishIn(
  client: SqlClient,
  activity: ActivityInput,
  publisher = 'sql',
): Promise<string> {
  const text = jsonOf(activity);
  const { rows } = await client.query('SELECT carillon.publish($1::jsonb, $2) AS id', [text, publisher]);
  const [{ id }] = Rows.parse(rows);
  return id;
}

function jsonOf(activity: ActivityInput): string {
  const { error } = newActivity(Date.now).safeParse(activity);
  if (error !== undefined) throw new AppError('invalid_input', z.prettifyError(error), { cause: error });
  const text = JSON.stringify(activity);
  // Every other text was checked for both. JSON escapes them; a backslash before that is escaped itself.
  if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(text)) {
    const fault = 'data: PostgreSQL holds neither NUL (U+0000) nor a lone surrogate in jsonb. Leave it out.';
    throw new AppError('invalid_input', fault);
  }
  return text;
}
