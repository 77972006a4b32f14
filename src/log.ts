import { type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import type { Config } from './config.ts';

/** Lines are written together once they are as long as this, or as old as `flushMs`: a system call for each costs more than all else about it. */
const bufferBytes = 4_096;
const flushMs = 100;

/**
 * Makes the log: JSON lines on standard output, each with the time in RFC 3339. What was logged in the last 100 ms is
 * lost with a process that is killed, and with no other.
 */
export function createLog(level: Config['logLevel']): Logger {
  const output = pino.destination({ minLength: bufferBytes, periodicFlush: flushMs, sync: true });
  process.on('exit', () => output.flushSync());
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      // With all that a cause says, such as the code of a database's error.
      serializers: { err: stdSerializers.errWithCause },
    },
    output,
  );
}
