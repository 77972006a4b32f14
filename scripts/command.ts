import { StartError } from '../src/domain/errors.ts';

/** Runs a command: what it returns is printed, a StartError is one line and exit code 1. */
export async function runCommand(
  command: (args: readonly string[]) => string | Promise<string>,
): Promise<void> {
  try {
    process.stdout.write(`${await command(process.argv.slice(2))}\n`);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
