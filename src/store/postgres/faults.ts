import { AppError } from '../../domain/errors.ts';
import { DrizzleQueryError } from '../drizzle.ts';
import { DatabaseError } from './drizzle.ts';

/* SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html */

/** Two transactions waited for each other, and PostgreSQL ended this one. */
const conflicts = new Set(['40001', '40P01']);
const diskFull = '53100';
/** Connection lost (08); no more room, memory, connections (53); ended from outside (57); I/O (58); internal (XX); locks. */
const outages = /^(?:08|53|57|58|XX|25006|55P03|28|3D)/;
/** The server ends the connection, whichever statement is told of it; or it is one that takes no writes any more. */
const endings = /^(?:08|57P0[1-5]|25P03|25006)/;
const lostConnections =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout exceeded when trying to connect|timeout expired|Connection ended|The server does not support SSL)/;

/** The driver's own error: drizzle's has the whole statement with all its values as its message, which is for nobody. */
export function bareError(error: unknown): unknown {
  return error instanceof DrizzleQueryError && error.cause !== undefined ? error.cause : error;
}

/** Whether the connection on which it happened is of no more use. */
export function isConnectionLost(error: unknown): boolean {
  const bare = bareError(error);
  if (bare instanceof DatabaseError) return endings.test(bare.code ?? '');
  if (!(bare instanceof Error)) return false;
  const isOfTheSystem = 'code' in bare && typeof bare.code === 'string' && /^E[A-Z]+$/.test(bare.code);
  return isOfTheSystem || lostConnections.test(bare.message);
}

/** Whether the very same transaction may well succeed when it is tried again. */
export function isConflict(error: unknown): boolean {
  const bare = bareError(error);
  return bare instanceof DatabaseError && conflicts.has(bare.code ?? '');
}

/** Whether it is the database that has the trouble, and not one request that the database refuses. */
export function isOutage(error: unknown): boolean {
  const bare = bareError(error);
  if (bare instanceof DatabaseError) return outages.test(bare.code ?? '') || isConflict(bare);
  return isConnectionLost(bare);
}

/** What the caller is told about `error`: an AppError for what PostgreSQL reports, everything else as it is. */
export function faultOf(error: unknown): unknown {
  const bare = bareError(error);
  if (bare instanceof DatabaseError && bare.code === diskFull) {
    return new AppError('storage_full', 'There is no room left to write this; nothing was changed.', {
      cause: bare,
    });
  }
  if (isOutage(bare)) return new AppError('unavailable', 'The database does not answer.', { cause: bare });
  return bare;
}
