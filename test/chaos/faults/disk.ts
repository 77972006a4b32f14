import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/wait.ts';
import type { Fault } from './fault.ts';

const delayMicroseconds = 60_000;
/** Generous: nothing is judged by how long it takes. */
const attachLimitMs = 30_000;

export const slowDisk: Fault = async ({ server, straceExcuse, note }, { holdMs }) => {
  if (straceExcuse !== undefined) {
    note(`slow-disk skipped: ${straceExcuse}`);
    return;
  }
  const strace = await inject(server.pid, `delay_exit=${delayMicroseconds}`);
  await sleep(holdMs);
  await detach(strace);
};

/** The writers go on, so the next commit fails; then the server must end, and with 1. */
export const fsync: Fault = async ({ server, straceExcuse, note }, { holdMs }) => {
  if (straceExcuse !== undefined) {
    note(`fsync skipped: ${straceExcuse}`);
    return;
  }
  const strace = await inject(server.pid, 'error=EIO');
  const code = await server.end();
  await detach(strace);
  if (code !== 1) server.crashes.push(`after a failed fsync the server ended with ${code} and not with 1`);
  else note('fsync failed, and the server ended with 1');
  await sleep(holdMs);
  await server.start();
};

export const fullDisk: Fault = async ({ disk, note }, { holdMs }) => {
  if (disk.excuse !== undefined) {
    note(`full-disk skipped: ${disk.excuse}`);
    return;
  }
  try {
    disk.fill();
    await sleep(holdMs);
  } finally {
    disk.makeRoom();
  }
};

/**
 * Lets every fsync of the server, in whatever thread, suffer `what`, from when this resolves.
 * @throws if strace ends before it holds every thread; with what it said
 */
async function inject(pid: number, what: string): Promise<ChildProcess> {
  const calls = 'fdatasync,fsync';
  const args = ['-f', '-qq', '-o', '/dev/null', '-p', String(pid), '-e', `trace=${calls}`];
  const strace = spawn('strace', [...args, '-e', `inject=${calls}:${what}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  strace.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await once(strace, 'spawn');
  await until('strace to hold the server', () => hasEnded(strace) || holds(strace, pid), attachLimitMs);
  if (hasEnded(strace)) throw new Error(`strace did not attach to ${pid}: ${said.trim()}`);
  return strace;
}

/** That strace runs does not mean that it holds anything yet, and the commits of a second are many. */
function holds(strace: ChildProcess, pid: number): boolean {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    return tasks.every((task) => {
      const status = readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8');
      return status.includes(`\nTracerPid:\t${strace.pid}\n`);
    });
  } catch {
    return false; // A thread ended between the two looks.
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function detach(strace: ChildProcess): Promise<void> {
  if (hasEnded(strace)) return;
  const ended = once(strace, 'exit');
  strace.kill('SIGINT');
  await ended;
}

/** @returns why no fsync can be held up or fail on this machine; undefined when it can */
export async function excuseOfStrace(pid: number): Promise<string | undefined> {
  try {
    await detach(await inject(pid, 'delay_exit=1'));
    return undefined;
  } catch (error) {
    return `strace cannot be used here: ${error instanceof Error ? error.message : String(error)}`;
  }
}
