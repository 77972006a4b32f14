import { type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import type { Config } from './config.ts';
import { LogOutput } from './log-output.ts';

export interface Log {
  readonly logger: Logger;
  /** How many lines were dropped so far because nobody read them. */
  readonly droppedLines: () => number;
  /** Writes what waits for more lines to be written with. */
  readonly flush: () => void;
}

/** Makes the log: JSON lines on standard output, each with the time in RFC 3339. */
export function createLog(level: Config['logLevel']): Log {
  const output = new LogOutput(process.stdout);
  process.on('exit', () => output.flushSync());
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      // With all that a cause says, such as the code of a database's error.
      serializers: { err: stdSerializers.errWithCause },
    },
    output,
  );
  let told = 0;
  output.onRead(() => {
    if (output.droppedLines === told) return;
    logger.warn({ lines: output.droppedLines - told }, 'lines of the log were dropped: nobody read them');
    told = output.droppedLines;
  });
  return { logger, droppedLines: () => output.droppedLines, flush: () => output.flushSync() };
}
