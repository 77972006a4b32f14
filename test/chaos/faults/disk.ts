import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const delayMicroseconds = 60_000;

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

/** Lets every fsync of the server, in whatever thread, suffer `what`. */
async function inject(pid: number, what: string): Promise<ChildProcess> {
  const calls = 'fdatasync,fsync';
  const args = ['-f', '-qq', '-o', '/dev/null', '-p', String(pid), '-e', `trace=${calls}`];
  const strace = spawn('strace', [...args, '-e', `inject=${calls}:${what}`], { stdio: 'ignore' });
  await once(strace, 'spawn');
  return strace;
}

async function detach(strace: ChildProcess): Promise<void> {
  if (strace.exitCode !== null || strace.signalCode !== null) return;
  const ended = once(strace, 'exit');
  strace.kill('SIGINT');
  await ended;
}

/** @returns why no fsync can be held up or fail on this machine; undefined when it can */
export async function excuseOfStrace(pid: number): Promise<string | undefined> {
  try {
    const strace = await inject(pid, 'delay_exit=1');
    await sleep(300);
    // It ends at once where it may not look into another process.
    const excuse = strace.exitCode === null ? undefined : 'strace may not attach to a process here';
    await detach(strace);
    return excuse;
  } catch {
    return 'there is no strace here';
  }
}
