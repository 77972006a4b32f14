import { type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import type { Config } from './config.ts';

/** Makes the log: JSON lines on standard output, each with the time in RFC 3339. */
export function createLog(level: Config['logLevel']): Logger {
  return pino({
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    // With all that a cause says, such as the code of a database's error.
    serializers: { err: stdSerializers.errWithCause },
  });
}
