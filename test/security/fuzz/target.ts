import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { signToken } from '../../../src/http/token.ts';
import { secretsIn } from '../../support/log-guard.ts';
import { secret } from '../../support/secret.ts';
import { until } from '../../support/wait.ts';
import type { Known } from './request.ts';

/** A server in a process of its own, to throw things at. */
export interface Target {
  readonly url: string;
  /** How it ended; undefined while it runs. */
  readonly ended: () => string | undefined;
  /** Lines of its log that nobody should be able to read there, and what it printed that is no log. */
  readonly findings: readonly string[];
  /** Its resident memory. */
  readonly megabytes: () => number;
  stop(): Promise<void>;
}

/** Starts `src/main.ts` as in production, but without limits that would turn most requests away. @returns once it listens */
export async function startTarget(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-fuzz-'));
  const child = spawn(process.execPath, ['src/main.ts'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      LIVE_PAGE: 'on',
      PORT: '0',
      DATABASE_URL: `file:${join(folder, 'carillon.db')}`,
      JWT_SECRET: secret,
      METRICS_TOKEN: 'the-token-for-the-metrics',
      WRITES_PER_MINUTE: '1000000',
      STREAM_OPENINGS_PER_MINUTE: '1000000',
      MAX_STREAMS_PER_USER: '1000',
    },
  });
  const findings: string[] = [];
  let url: string | undefined;
  let end: string | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    url ??= /"url":"([^"]+)"[^\n]*"listening"/.exec(line)?.[1];
    for (const what of secretsIn(line)) findings.push(`${what} in the log: ${line.slice(0, 500)}`);
    if (/"level":[5-9]\d/.test(line)) findings.push(`an error in the log: ${line.slice(0, 2_000)}`);
  });
  createInterface({ input: child.stderr }).on('line', (line) => findings.push(`on standard error: ${line}`));
  const closed = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    end = `it ended with ${code ?? signal ?? 'nothing'}`;
  });
  await until('the server to listen', () => url !== undefined || end !== undefined);
  if (url === undefined) throw new Error(`The server does not start: ${end ?? ''} ${findings.join('\n')}`);
  return {
    url,
    ended: () => end,
    findings,
    megabytes: () => memoryOf(child),
    stop: async () => {
      child.kill('SIGKILL');
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function memoryOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Makes something that requests can be about. */
export async function settle({ url }: Target): Promise<Known> {
  const rules = { issuer: undefined, audience: undefined };
  const [ann = '', bob = ''] = await Promise.all(
    ['ann', 'bob'].map((id) => signToken({ id, name: id }, 3600, secret, rules)),
  );
  const ask = async (token: string, method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as any;
  };
  // Made when it is first asked for, which takes its time.
  for (const path of ['/', '/live-page.js', '/live-page.css', '/carillon-bell.js'])
    await (await fetch(url + path)).text();
  const report = await ask(ann, 'POST', '/reports', { title: 'x' });
  const comments = [];
  for (let i = 0; i < 20; i++)
    comments.push(await ask(bob, 'POST', `/reports/${report.id}/comments`, { body: `${i}` }));
  const list = await ask(ann, 'GET', '/notifications');
  const tickets = [];
  for (let i = 0; i < 200; i++)
    tickets.push((await ask(ann, 'POST', '/notifications/stream/tickets')).ticket);
  const epoch = (list.streamCursor as string).split('.')[0] ?? '';
  const things = [report, comments[0], comments[1], list.data[0], list.data[1]] as { id: string }[];
  return {
    tokens: [ann, ann, ann, bob, `${ann.slice(0, -2)}AA`, ann.split('.').slice(0, 2).join('.')],
    ids: [...things.map(({ id }) => id), '01900000-0000-7000-8000-000000000000'],
    cursors: [list.streamCursor, ...[0, 1, 5, 21].map((seq) => `${epoch}.${seq}`), 'k3f9x0qa.3'],
    tickets,
  };
}
