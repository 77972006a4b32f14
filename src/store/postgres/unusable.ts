import { StartError } from '../../domain/errors.ts';
import { withoutPassword } from '../url.ts';
import { DatabaseError } from './drizzle.ts';
import { bareError, isConnectionLost } from './faults.ts';

/** How a line begins that is about the database at `url`. */
export function nameOf(url: string): string {
  return `DATABASE_URL names ${withoutPassword(url)}`;
}

/** What whoever started it is told about `error`: one line that begins with `subject`. */
export function unusable(subject: string, error: unknown): unknown {
  const cause = bareError(error);
  if (cause instanceof DatabaseError) {
    return new StartError(
      `${subject}, which cannot be used: ${cause.message} (${cause.code ?? 'no code'}).`,
      { cause },
    );
  }
  // Node says nothing but a code when it has tried several addresses of a name.
  if (isConnectionLost(cause) && cause instanceof Error) {
    const why = cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
    return new StartError(`${subject}, where PostgreSQL does not answer: ${why}.`, { cause });
  }
  // Any other error is a fault in Carillon, and its stack is needed.
  return cause;
}
