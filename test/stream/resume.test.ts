import { EventSource } from 'eventsource';
import { expect, onTestFinished, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { openRawStream, type RawStream } from '../support/raw-stream.ts';
import { startServer, temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';

function seqs(stream: RawStream): number[] {
  return stream.events.filter(({ event }) => event === 'notification').map(({ data }) => data.seq);
}

function oneTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

test.each(['header', 'query'])(
  'a client that comes back gets what it missed, once: cursor in the %s',
  async (where) => {
    const server = await startServer();
    const report = await addReport(server.store);
    await addComments(server.store, report.id, 5);

    const cursor = `${server.store.epoch}.2`;
    const token = await server.token('ann');
    const resumed = where === 'header' ? { lastEventId: cursor } : { query: `?lastEventId=${cursor}` };
    const stream = openRawStream(server.url, { token, ...resumed });
    const sync = await stream.waitFor('sync');
    await addComments(server.store, report.id, 1);
    await stream.waitFor('notification', 4);

    expect(seqs(stream)).toEqual([3, 4, 5, 6]);
    expect(stream.events.map(({ id }) => id).filter((id) => id !== undefined)).toEqual(
      [3, 4, 5, 5, 6].map((seq) => `${server.store.epoch}.${seq}`),
    );
    expect(sync.data).toEqual({ from: 2, to: 5, missed: 3, counts: { unread: 5, unseen: 5 } });
  },
);

test('the header goes before the query', async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 3);
  const { epoch } = server.store;
  const stream = openRawStream(server.url, {
    token: await server.token('ann'),
    lastEventId: `${epoch}.2`,
    query: `?lastEventId=${epoch}.0`,
  });
  expect((await stream.waitFor('sync')).data).toMatchObject({ from: 2, to: 3 });
});

test('without a cursor a stream starts at the present end', async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 3);
  const stream = openRawStream(server.url, { token: await server.token('ann') });
  const { data } = await stream.waitFor('sync');
  expect(data).toEqual({ from: 3, to: 3, missed: 0, counts: { unread: 3, unseen: 3 } });
  expect(seqs(stream)).toEqual([]);
});

test('two resumes in a row without new events both end in sync', async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 2);
  const token = await server.token('ann');
  for (let i = 0; i < 2; i++) {
    const stream = openRawStream(server.url, { token, lastEventId: `${server.store.epoch}.2` });
    expect((await stream.waitFor('sync')).data).toMatchObject({ from: 2, to: 2, missed: 0 });
    expect(stream.events.some(({ event }) => event === 'reset')).toBe(false);
    stream.socket.destroy();
  }
});

test('a restarted server resumes before any new comment, and after', async () => {
  const folder = temporaryFolder();
  const first = await startServer({ folder });
  const report = await addReport(first.store);
  await addComments(first.store, report.id, 4);
  const { epoch } = first.store;
  await first.close();

  const second = await startServer({ folder });
  expect(second.store.epoch).toBe(epoch);
  const stream = openRawStream(second.url, { token: await second.token('ann'), lastEventId: `${epoch}.1` });
  expect((await stream.waitFor('sync')).data).toMatchObject({ from: 1, to: 4, missed: 3 });
  await addComments(second.store, report.id, 1);
  await stream.waitFor('notification', 4);
  expect(seqs(stream)).toEqual([2, 3, 4, 5]);
});

test('5,000 missed events are replayed while new ones come in; one more is a reset', async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 10_000);
  const { epoch } = server.store;
  const token = await server.token('ann');

  const stream = openRawStream(server.url, { token, lastEventId: `${epoch}.5000` });
  await stream.waitFor('notification');
  await addComments(server.store, report.id, 100);
  await stream.waitFor('notification', 5_100);
  expect(seqs(stream)).toEqual(oneTo(10_100, 5_001));

  const late = openRawStream(server.url, { token, lastEventId: `${epoch}.5099` });
  const reset = await late.waitFor('reset');
  const sync = await late.waitFor('sync');
  expect(reset.data).toEqual({ reason: 'too_many', seq: 10_100, counts: { unread: 10_100, unseen: 10_100 } });
  expect(reset.id).toBe(`${epoch}.10100`);
  expect(sync.data).toMatchObject({ from: 10_100, to: 10_100, missed: 0 });
  await addComments(server.store, report.id, 1);
  await late.waitFor('notification');
  expect(seqs(late)).toEqual([10_101]);
});

test.each([
  ['of another epoch', 'aaaaaaaa.1'],
  ['ahead of the log', 'EPOCH.4'],
  ['far ahead of the log', 'EPOCH.999999999999999'],
  ['malformed', 'nonsense'],
  ['a number alone', '2'],
  ['with a leading zero', 'EPOCH.02'],
  ['negative', 'EPOCH.-1'],
  ['with 16 digits', 'EPOCH.1000000000000000'],
  ['of two headers that were joined', 'EPOCH.1, EPOCH.2'],
])('a cursor %s is a reset, and the stream goes on', async (_kind, cursor) => {
  const server = await startServer();
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 3);
  const stream = openRawStream(server.url, {
    token: await server.token('ann'),
    lastEventId: cursor.replaceAll('EPOCH', server.store.epoch),
  });
  const reset = await stream.waitFor('reset');
  expect(reset.data).toEqual({ reason: 'unknown', seq: 3, counts: { unread: 3, unseen: 3 } });
  expect((await stream.waitFor('sync')).data).toMatchObject({ from: 3, to: 3, missed: 0 });
  await addComments(server.store, report.id, 1);
  await stream.waitFor('notification');
  expect(seqs(stream)).toEqual([4]);
});

test('two Last-Event-ID headers are a reset', async () => {
  const server = await startServer();
  const { epoch } = server.store;
  const stream = openRawStream(server.url, {
    token: await server.token('ann'),
    headers: [`Last-Event-ID: ${epoch}.0`, `Last-Event-ID: ${epoch}.0`],
  });
  expect((await stream.waitFor('reset')).data.reason).toBe('unknown');
});

test('a pruned cursor is expired; the floor itself resumes', async () => {
  let now = Date.now();
  const server = await startServer({ now: () => now });
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 3);
  now += 1000;
  await addComments(server.store, report.id, 2);
  // The server prunes when it starts, and on PostgreSQL whoever comes meanwhile leaves it to that one.
  await until('the events of before to be pruned', async () => {
    await server.store.prune(now);
    return (await server.store.inbox('ann')).floor === 3;
  });
  const { epoch } = server.store;
  // The clock stands still, so the token that the server sees is not older.
  const token = await server.token('ann');

  const expired = openRawStream(server.url, { token, lastEventId: `${epoch}.2` });
  expect((await expired.waitFor('reset')).data).toMatchObject({ reason: 'expired', seq: 5 });
  const resumed = openRawStream(server.url, { token, lastEventId: `${epoch}.3` });
  expect((await resumed.waitFor('sync')).data).toMatchObject({ from: 3, to: 5, missed: 2 });
});

test("another user's cursor counts by its number and never shows their events", async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 3);
  const stream = openRawStream(server.url, {
    token: await server.token('bob'),
    lastEventId: `${server.store.epoch}.1`,
  });
  expect((await stream.waitFor('reset')).data).toMatchObject({ reason: 'unknown', seq: 0 });
  expect(stream.text).not.toContain(report.id);
});

test('a bare EventSource finds its way back by itself, across a restart, without loss or repeat', async () => {
  const folder = temporaryFolder();
  const first = await startServer({ folder });
  const port = new URL(first.url).port;
  const report = await addReport(first.store);
  const token = await first.token('ann');
  const seen: number[] = [];
  let syncs = 0;
  const source = new EventSource(`${first.url}/notifications/stream`, {
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
  });
  onTestFinished(() => source.close());
  source.addEventListener('notification', ({ data }) => seen.push((JSON.parse(data) as { seq: number }).seq));
  source.addEventListener('sync', () => syncs++);
  await until('the first sync', () => syncs === 1);
  await addComments(first.store, report.id, 2);
  await until('two events', () => seen.length === 2);
  await first.close();

  const second = await startServer({ folder, environment: { PORT: port } });
  await addComments(second.store, report.id, 3);
  await until('all five events', () => seen.length === 5);
  await addComments(second.store, report.id, 1);
  await until('the sixth', () => seen.length >= 6);
  expect(seen).toEqual(oneTo(6));
  expect(syncs).toBe(2);
});
