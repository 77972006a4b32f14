import { StartError } from '../domain/errors.ts';

/**
 * What one does with Carillon besides starting it.
 * @param calledAs how it was called, for the line that says how to call it: `npx carillon token`.
 * @returns what to print.
 * @throws StartError for whatever is wrong with the arguments or the configuration.
 */
export type Command = (args: readonly string[], calledAs: string) => Printed | Promise<Printed>;
type Printed = string | Outcome;

/** What to print, and with which code to exit. */
export interface Outcome {
  readonly text: string;
  readonly exitCode: number;
}

/** Runs a command: what it returns is printed, a StartError is one line and exit code 1. */
export async function runCommand(
  command: Command,
  calledAs: string,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  try {
    const printed = await command(args, calledAs);
    const { text, exitCode } = typeof printed === 'string' ? { text: printed, exitCode: 0 } : printed;
    process.stdout.write(`${text}\n`);
    process.exitCode = exitCode;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
