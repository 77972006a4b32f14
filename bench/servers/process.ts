import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asker } from '../load/rpc.ts';
import type { ProbeMethods } from './probe.ts';

const probe = new URL('./probe.ts', import.meta.url).href;
const startLimitMs = 20_000;

/** What a server can be asked through its probe. */
export type AskProbe = <K extends keyof ProbeMethods>(
  method: K,
  ...argument: Parameters<ProbeMethods[K]>
) => Promise<Awaited<ReturnType<ProbeMethods[K]>>>;

export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  readonly ask: AskProbe;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server that runs on Node, with exactly this environment. It logs into a file of `folder`, as in real life, and
 * says there where it listens.
 */
export async function startNode(
  main: URL,
  folder: string,
  environment: Record<string, string>,
): Promise<ServerProcess> {
  const log = join(folder, 'server.log');
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, ['--expose-gc', '--import', probe, main.pathname], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
    stdio: ['ignore', output, output, 'ipc'],
    serialization: 'advanced',
  });
  closeSync(output);
  try {
    const port = await portIn(log, child);
    return {
      pid: child.pid ?? 0,
      port,
      // The probe's methods are what it serves.
      ask: asker(child) as AskProbe,
      stop: () => end(child),
    };
  } catch (error) {
    await end(child);
    throw error;
  }
}

async function portIn(log: string, child: ChildProcess): Promise<number> {
  const end = Date.now() + startLimitMs;
  while (Date.now() < end && child.exitCode === null) {
    const [, port] = /"url":"http:\/\/[^"]+:(\d+)"/.exec(readFileSync(log, 'utf8')) ?? [];
    if (port !== undefined) return Number(port);
    await sleep(20);
  }
  throw new Error(`A server did not start:\n${readFileSync(log, 'utf8')}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // What it would still do (let streams end one after the other) takes time and is not what is measured.
  child.kill('SIGKILL');
  await once(child, 'exit');
}
