import { expect, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { startServer } from '../support/server.ts';

test('a quiet stream pings with its cursor, which ping does not move', async () => {
  const server = await startServer({ environment: { HEARTBEAT_SECONDS: '1' } });
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 2);
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  const ping = await stream.waitFor('ping');
  await stream.waitFor('ping', 2);

  expect(ping.data.seq).toBe(2);
  expect(new Date(ping.data.time as string).toISOString()).toBe(ping.data.time);
  expect(stream.text).toMatch(/\n\nevent: ping\n/);
});

test('a stream ends with its token and says so, never later', async () => {
  const server = await startServer();
  const opened = Date.now();
  const stream = openRawStream(server.url, { token: await server.token('ann', { ttlSeconds: 3 }) });
  await stream.waitFor('sync');
  await stream.waitForEnd();

  expect(stream.events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'expired' } });
  // A token's end is a whole second, rounded down from now + 3 s.
  expect(Date.now() - opened).toBeGreaterThan(1_000);
});

test('a token that ends in sixty days does not end the stream at once', async () => {
  const server = await startServer({
    environment: { STREAM_MAX_AGE_SECONDS: '1000000', HEARTBEAT_SECONDS: '1' },
  });
  const stream = openRawStream(server.url, { token: await server.token('ann', { ttlSeconds: 60 * 86_400 }) });
  await stream.waitFor('ping', 2);
  expect(stream.ended).toBe(false);
});

test('a stream is rotated when it is old', async () => {
  const server = await startServer({ environment: { STREAM_MAX_AGE_SECONDS: '1' } });
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  await stream.waitForEnd();
  expect(stream.events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'rotate' } });
  expect(stream.events.some(({ event }) => event === 'sync')).toBe(true);
});

test.each([
  ['per user', { MAX_STREAMS_PER_USER: '2' }, 'ann'],
  ['in all', { MAX_STREAMS: '2' }, 'bob'],
])(
  'over the cap of streams %s a stream is refused with 200, and no older one is evicted',
  async (_kind, environment, user) => {
    const server = await startServer({ environment });
    const report = await addReport(server.store);
    const token = await server.token('ann');
    const older = [openRawStream(server.url, { token }), openRawStream(server.url, { token })];
    await Promise.all(older.map((stream) => stream.waitFor('sync')));

    const refused = openRawStream(server.url, { token: await server.token(user) });
    await refused.waitForEnd();
    expect(refused.head).toContain('200 OK');
    expect(refused.events).toMatchObject([{ event: 'goodbye', data: { reason: 'busy' } }]);
    expect(refused.retries[0]).toBeGreaterThanOrEqual(30_000);
    expect(refused.retries[0]).toBeLessThanOrEqual(60_000);
    await addComments(server.store, report.id, 1);
    await Promise.all(older.map((stream) => stream.waitFor('notification')));

    older[0]?.socket.destroy();
    await older[0]?.waitForEnd();
    let again = openRawStream(server.url, { token });
    while (again.events[0]?.event === 'goodbye' || again.events.length === 0) {
      if (again.ended) again = openRawStream(server.url, { token });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(again.events[0]?.event).toBe('sync');
  },
);

test('over the limit of openings a minute a stream is busy', async () => {
  const server = await startServer({ environment: { STREAM_OPENINGS_PER_MINUTE: '2' } });
  const token = await server.token('ann');
  const streams = [];
  for (let i = 0; i < 3; i++) {
    const stream = openRawStream(server.url, { token });
    await stream.waitFor(i < 2 ? 'sync' : 'goodbye');
    streams.push(stream);
  }
  expect(streams[2]?.events).toMatchObject([{ event: 'goodbye', data: { reason: 'busy' } }]);
  // Another user has a limit of their own.
  await openRawStream(server.url, { token: await server.token('bob') }).waitFor('sync');
});

test('a server that stops says goodbye to each stream, each with a time of its own to come back', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  const streams = Array.from({ length: 10 }, () => openRawStream(server.url, { token }));
  await Promise.all(streams.map((stream) => stream.waitFor('sync')));
  await server.close();
  await Promise.all(streams.map((stream) => stream.waitForEnd()));

  for (const { events } of streams)
    expect(events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'shutdown' } });
  const retries = streams.map((stream) => stream.retries.at(-1) ?? 0);
  expect(Math.min(...retries)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...retries)).toBeLessThanOrEqual(5_000);
  expect(new Set(retries).size).toBeGreaterThan(5);
});
