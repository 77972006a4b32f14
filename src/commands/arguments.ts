import { parseArgs, type ParseArgsConfig } from 'node:util';
import { StartError } from '../domain/errors.ts';

/**
 * Runs `parseArgs` of node:util on what was given to a command.
 * @param usage the line that says how to call it
 * @throws StartError with what was wrong, and the usage
 */
export function argumentsOf<T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (cause) {
    throw cause instanceof TypeError ? new StartError(`${cause.message}\n${usage}`, { cause }) : cause;
  }
}
