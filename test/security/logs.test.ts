import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openRawStream } from '../support/raw-stream.ts';
import { logsFolder } from '../support/log-collector.ts';
import { guardLogs, searchLogs, secretsIn } from '../support/log-guard.ts';
import { spawnServer } from '../support/process.ts';
import { ask, secret, startServer, temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';

/** What the servers that this file started have logged so far. */
function collected(): string {
  const folder = process.env[logsFolder] ?? 'nowhere';
  const own = readdirSync(folder).filter((name) => name.startsWith(`${process.pid}-`));
  return own.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
}

test('the log of every server that a test starts is searched after the run', async () => {
  const here = await startServer();
  const apart = await spawnServer(temporaryFolder());
  for (const { url } of [here, apart]) {
    const id = (await ask(`${url}/reports`)).headers.get('x-request-id') ?? 'none';
    await until('its line among the collected', () => collected().includes(id));
  }
});

test('tokens, tickets, cookies, and secrets are known when they stand in a log', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  const { json } = await server.ask('ann', 'POST', '/notifications/stream/tickets');
  for (const found of [token, json.ticket, `carillon_session=x`, 'Bearer abcdefgh', secret] as string[]) {
    expect(secretsIn(`{"path":"/x/${found}"}`)).not.toEqual([]);
    expect(secretsIn(`{"path":"${found}"}`)).not.toEqual([]);
  }
  const harmless = [
    '{"requestId":"0199f3c2-7a1b-7c3d-8e4f-5a6b7c8d9e0f","userId":"ann","path":"/reports/***","status":200}',
    '{"err":{"stack":"Error: x\\n    at /home/ann/carillon/node_modules/better-sqlite3/lib/index.js:10:20"}}',
  ];
  for (const line of harmless) expect(secretsIn(line)).toEqual([]);
});

test('a run in whose logs a token stands fails', async () => {
  const before = process.env[logsFolder];
  onTestFinished(() => void (process.env[logsFolder] = before));
  const teardown = guardLogs();
  const folder = process.env[logsFolder] ?? '';
  const token = await (await startServer()).token('ann');
  writeFileSync(join(folder, '1-1.log'), `{"level":30}\n{"level":30,"path":"/x?token=${token}"}\n`);
  expect(await searchLogs(folder)).toMatchObject({
    findings: expect.arrayContaining([expect.stringContaining('a token')]),
  });
  await expect(teardown()).rejects.toThrow('opens a door');
});

test('what a server prints for development is no log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-logs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const token = await (await startServer()).token('ann');
  writeFileSync(
    join(folder, '1-1.log'),
    `{"level":30}\n  curl -H "Authorization: Bearer ${token}" http://x\n`,
  );
  expect(await searchLogs(folder)).toMatchObject({ lines: 1, findings: [] });
});

test('nothing that a client sends makes a second line in the log, or gives a request another name', async () => {
  const server = await startServer();
  const forged = '0199f3c2-0000-7000-8000-000000000000';
  const headers = {
    'x-request-id': forged,
    'x-correlation-id': forged,
    traceparent: `00-${forged.replaceAll('-', '')}-0000000000000000-01`,
  };
  const path = '/reports/x%0d%0a%7B%22level%22:60,%22msg%22:%22forged%22%7D%0a%1b%5B31m%E2%80%A8';
  const answer = await server.ask('ann","admin":"true', 'GET', path, undefined, headers);
  const id = answer.headers.get('x-request-id') ?? '';
  expect(id).not.toBe(forged);
  expect(answer.json.instance).toBe(`urn:uuid:${id}`);
  await until('the line in the log', () => server.logged.some((line) => line.includes(id)));
  const lines = server.logged.filter((line) => line.includes(id));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ userId: 'ann","admin":"true', path, status: 404 });
  for (const line of server.logged) {
    // eslint-disable-next-line no-control-regex -- a terminal would obey them
    expect(line.trimEnd()).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
    expect(line).not.toContain(forged);
  }
});

test('a ticket that has opened a stream is not logged when the stream ends', async () => {
  const server = await startServer();
  const { json } = await server.ask('ann', 'POST', '/notifications/stream/tickets');
  const stream = openRawStream(server.url, { query: `?ticket=${json.ticket}` });
  await stream.waitFor('sync');
  await server.close();
  expect(server.logged.join('')).not.toContain(json.ticket);
  expect(server.logged.join('')).toContain('/notifications/stream');
});
