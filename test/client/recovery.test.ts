import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { follow, type Followed, transports } from './follow.ts';

async function proxyTo(server: TestServer): Promise<FaultyProxy> {
  const proxy = await FaultyProxy.start(server.url);
  onTestFinished(() => proxy.close());
  return proxy;
}

async function told({ seqs }: Followed, count: number): Promise<void> {
  await until(
    () => `1 to ${count}; told were ${seqs().join(' ')}`,
    () => seqs().length >= count,
  );
  expect(seqs()).toEqual(Array.from({ length: count }, (_, i) => i + 1));
}

describe.each(transports)('by %s', (name, transport) => {
  test('a stream that is cut anywhere in three frames goes on, with nothing lost and nothing twice', async () => {
    const server = await startServer();
    const proxy = await proxyTo(server);
    const report = await addReport(server.store);
    const followed = follow({ url: proxy.url, token: () => server.token('ann'), ...transport });
    const { client, frames, live } = followed;
    await live();
    await addComments(server.store, report.id, 3);
    await told(followed, 3);
    const bytes = frames
      .filter(({ event }) => event === 'notification')
      .reduce((sum, { id, event, data }) => sum + `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`.length, 0);

    let count = 3;
    for (let cutAfterBytes = 1; cutAfterBytes < bytes; cutAfterBytes += 13) {
      proxy.change({ cutAfterBytes });
      await addComments(server.store, report.id, 3);
      await until('the cut', () => client.state.status === 'reconnecting');
      proxy.heal();
      client.reconnect();
      await live();
      await told(followed, (count += 3));
    }
    expect(client.verified).toEqual({ events: count, holes: 0, repeats: 0 });
    expect(client.counts).toEqual({ unread: count, unseen: count });
  });

  test('a connection that falls silent is noticed by its missing pings', async () => {
    const server = await startServer({ environment: { HEARTBEAT_SECONDS: '1' } });
    const proxy = await proxyTo(server);
    const report = await addReport(server.store);
    const followed = follow({ url: proxy.url, token: () => server.token('ann'), ...transport });
    await followed.live();
    const pings = () => followed.frames.filter(({ event }) => event === 'ping').length;
    await until('its rhythm', () => pings() > 2);
    proxy.change({ isBlackhole: true });
    await addComments(server.store, report.id, 2);
    await until('the silence to be noticed', () => followed.client.state.status === 'reconnecting');
    proxy.heal();
    followed.client.reconnect();
    await told(followed, 2);
  });

  test('a server that is restarted is found again', async () => {
    const folder = temporaryFolder();
    const first = await startServer({ folder });
    const { id } = await addReport(first.store);
    const followed = follow({ url: first.url, token: () => first.token('ann'), ...transport });
    await followed.live();
    await addComments(first.store, id, 2);
    await told(followed, 2);
    await first.close();
    await until('the loss', () => followed.client.state.status === 'reconnecting');
    const second = await startServer({ folder, environment: { PORT: new URL(first.url).port } });
    await addComments(second.store, id, 2);
    await told(followed, 4);
    expect(followed.statuses).toEqual(['connecting', 'live', 'reconnecting', 'live']);
    expect(followed.resets).toEqual([]);
  });

  test('a database of another epoch is a reset, after which the list is fetched again', async () => {
    const first = await startServer();
    const { id } = await addReport(first.store);
    await addComments(first.store, id, 3);
    const { client, resets, live } = follow({
      url: first.url,
      token: () => first.token('ann'),
      ...transport,
    });
    await client.list.load();
    await live();
    expect(client.list.items).toHaveLength(3);
    await first.close();
    const second = await startServer({ environment: { PORT: new URL(first.url).port } });
    const other = await addReport(second.store);
    await addComments(second.store, other.id, 1);
    client.reconnect();
    await until('the reset', () => resets.length === 1);
    expect(resets[0]).toMatchObject({ reason: 'unknown', seq: 1, counts: { unread: 1, unseen: 1 } });
    await until('the new list', () => client.list.items.length === 1);
    expect(client.counts).toEqual({ unread: 1, unseen: 1 });
    expect(client.list.cursor).toBe(`${second.store.epoch}.1`);
  });

  test('a token that ends is replaced, and the stream goes on', async () => {
    const server = await startServer();
    const report = await addReport(server.store);
    const followed = follow({
      url: server.url,
      token: () => server.token('ann', { ttlSeconds: 2 }),
      ...transport,
    });
    await followed.live();
    await until('the end of the token', () => followed.client.state.status === 'reconnecting');
    await addComments(server.store, report.id, 2);
    await told(followed, 2);
    expect(followed.frames.some(({ data }) => data.includes('expired'))).toBe(true);
  });

  test('who is not signed in is told so, and is not tried again until somebody signs in', async () => {
    const server = await startServer();
    let token = await server.token('ann', { ttlSeconds: -10 });
    let asked = 0;
    const { client, live } = follow({
      url: server.url,
      token: () => {
        asked++;
        return token;
      },
      ...transport,
    });
    await until('the refusal', () => client.state.status === 'signedOut');
    expect(client.state).toMatchObject({ code: 401, detail: expect.any(String) });
    const before = asked;
    token = await server.token('ann');
    await expect(client.read('x')).rejects.toMatchObject({ status: 404, code: 'not_found' });
    expect(asked).toBe(before + 1); // By that request alone.
    client.reconnect();
    await live();
  });

  test('what the application’s own token function says counts as well', async () => {
    const server = await startServer();
    const answers = [
      () => Promise.reject(new Error('no network')),
      () => Promise.reject(Object.assign(new Error('no session'), { status: 403 })),
    ];
    const { client, statuses } = follow({
      url: server.url,
      token: () => answers.shift()?.() ?? server.token('ann'),
      ...transport,
    });
    await until('the refusal', () => client.state.status === 'signedOut');
    expect(statuses).toEqual(['connecting', 'reconnecting', 'signedOut']);
    expect(client.state).toEqual({ status: 'signedOut', code: 403, detail: 'no session' });
  });

  test('a full server is left alone for as long as it asks, unless somebody wants it otherwise', async () => {
    const server = await startServer({ environment: { MAX_STREAMS_PER_USER: '1' } });
    const token = () => server.token('ann');
    const first = follow({ url: server.url, token, ...transport });
    await first.live();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => timers.mockRestore());
    const second = follow({ url: server.url, token, ...transport });
    await until('the refusal', () => second.frames.some(({ data }) => data.includes('busy')));
    await until('its noticing', () => second.client.state.status === 'reconnecting');
    const pauses = timers.mock.calls.map(([, ms = 0]) => ms).filter((ms) => ms >= 30_000 && ms <= 60_000);
    // The package sets a timer of its own, before it is closed.
    expect(pauses).toHaveLength(name === 'fetch' ? 1 : 2);
    first.client.close();
    await until('a free place', async () =>
      /^carillon_streams_open 0$/m.test(await (await fetch(`${server.url}/metrics`)).text()),
    );
    second.client.reconnect();
    await second.live();
  });
});

test('tickets open streams, a fresh one each time', async () => {
  const server = await startServer({ environment: { STREAM_MAX_AGE_SECONDS: '1' } });
  const report = await addReport(server.store);
  const tickets: string[] = [];
  const getTicket = async () => {
    const { json } = await server.ask('ann', 'POST', '/notifications/stream/tickets');
    tickets.push(json.ticket);
    return json.ticket as string;
  };
  const followed = follow({ url: server.url, getTicket });
  await followed.live();
  await until('the third stream', () => tickets.length === 3);
  await addComments(server.store, report.id, 2);
  await told(followed, 2);
  expect(new Set(tickets).size).toBe(tickets.length);
  expect(followed.client.verified).toEqual({ events: 2, holes: 0, repeats: 0 });
});
