import { expect, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

test('a reader that stops reading is left alone, holds little memory, and gets everything when it reads on', async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  const token = await server.token('ann');
  const slow = openRawStream(server.url, { token });
  const quick = openRawStream(server.url, { token });
  await Promise.all([slow.waitFor('sync'), quick.waitFor('sync')]);
  slow.socket.pause();

  // More than the kernel takes for a client that does not read.
  const comments = 20_000;
  for (let i = 0; i < comments / 1000; i++) {
    await addComments(server.store, report.id, 1000);
    expect(await metric(server.url, 'carillon_buffered_bytes')).toBeLessThan(1024 * 1024);
  }
  await quick.waitFor('notification', comments);
  expect(slow.events.length).toBeLessThan(comments);
  expect(await metric(server.url, 'carillon_buffered_bytes')).toBeGreaterThan(0);

  slow.socket.resume();
  await slow.waitFor('notification', comments);
  const numbers = slow.events.filter(({ event }) => event === 'notification').map(({ data }) => data.seq);
  expect(numbers).toEqual(Array.from({ length: comments }, (_, i) => i + 1));
  expect(await metric(server.url, 'carillon_pulls_total{reason="slow"}')).toBeGreaterThan(0);
  expect(slow.events.some(({ event }) => event === 'reset')).toBe(false);
  await until(
    'the buffers to be empty',
    async () => (await metric(server.url, 'carillon_buffered_bytes')) === 0,
  );
});
