import { once } from 'node:events';
import { expect, test } from 'vitest';
import { exchange } from '../http/support-raw.ts';
import { type ServerProcess, spawnServer } from '../support/process.ts';
import { temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';

/** Makes lines of the log with some 600 characters each, until lines are dropped. */
async function fillLog({ url }: ServerProcess): Promise<void> {
  const request = `GET /${'nothing/'.repeat(60)} HTTP/1.1\r\nHost: x\r\n`;
  for (let i = 0; i < 100; i++) {
    const answers = await exchange(url, `${`${request}\r\n`.repeat(199)}${request}Connection: close\r\n\r\n`);
    expect(answers.match(/HTTP\/1\.1 404 /g)).toHaveLength(200);
    if ((await droppedLines(url)) > 0) return;
  }
  expect.unreachable('no line was dropped');
}

async function droppedLines(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^carillon_log_lines_dropped_total (\d+)$/m.exec(metrics)?.[1]);
}

test('a reader of the log that stalls holds up nobody, and the signal to stop works', async () => {
  const server = await spawnServer(temporaryFolder());
  expect(await droppedLines(server.url)).toBe(0);
  server.child.stdout?.pause();
  await fillLog(server);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const exited = once(server.child, 'exit');
  server.child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('a reader that goes on is told how many lines it has missed', async () => {
  const server = await spawnServer(temporaryFolder());
  server.child.stdout?.pause();
  await fillLog(server);
  server.child.stdout?.resume();
  await until('the line', () => server.output().includes('lines of the log were dropped'));
  const dropped = await droppedLines(server.url);
  expect(server.output()).toMatch(new RegExp(`"lines":${dropped},`));
});

test('a reader that has gone does not end the server', async () => {
  const server = await spawnServer(temporaryFolder());
  server.child.stdout?.destroy();
  await until('a dropped line', async () => {
    await fetch(`${server.url}/nothing`);
    return (await droppedLines(server.url)) > 0;
  });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});
