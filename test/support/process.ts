import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { collectLog } from './log-collector.ts';
import { environmentFor } from './server.ts';
import { until } from './wait.ts';

/** A server in a process of its own, which can be killed. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** Everything that it printed so far. */
  readonly output: () => string;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/** Starts `src/main.ts` (or `command`) on the data in `folder`; it is killed with the test. @returns once it listens */
export async function spawnServer(
  folder: string,
  environment: Record<string, string> = {},
  command?: readonly [string, ...string[]],
): Promise<ServerProcess> {
  const { child, output, exited } = spawnMain({ ...environmentFor(folder), ...environment }, command);
  const urlIn = () => /"url":"([^"]+)"[^\n]*"listening"/.exec(output())?.[1];
  let code: number | string | undefined;
  void exited.then((result) => (code = result));
  await until('the server to listen', () => urlIn() !== undefined || code !== undefined);
  const url = urlIn();
  if (url === undefined) throw new Error(`The server ended with ${code ?? 'nothing'}:\n${output()}`);
  return { child, url, output, exited };
}

/** Starts `src/main.ts` (or `command`) with exactly this environment, and PATH. */
export function spawnMain(
  environment: Record<string, string>,
  [program, ...args]: readonly [string, ...string[]] = [process.execPath, 'src/main.ts'],
): Omit<ServerProcess, 'url'> {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', collectLog());
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()));
  // 'close' and not 'exit': only then all that was printed has arrived.
  const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output: () => text, exited };
}
