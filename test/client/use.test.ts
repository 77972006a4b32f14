import { EventSource } from 'eventsource';
import { expect, onTestFinished, test } from 'vitest';
import type { RequestError } from '../../src/client/connect.ts';
import { addComments, addReport } from '../support/comments.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { follow } from './follow.ts';

/** A server on which bob has left so many comments on ann's report, and ann's client. */
async function setStage(comments: number, environment: Record<string, string> = {}) {
  const server = await startServer({ environment });
  const report = await addReport(server.store);
  await addComments(server.store, report.id, comments);
  const proxy = await FaultyProxy.start(server.url);
  onTestFinished(() => proxy.close().catch(() => undefined));
  const followed = follow({ url: proxy.url, token: () => server.token('ann'), pageSize: 3 });
  const { client, live, seqs } = followed;
  await live();
  const shown = () => client.list.items.map(({ body }) => body);
  const ofServer = async (status = 'all') => {
    const { json } = await server.ask('ann', 'GET', `/notifications?limit=100&status=${status}`);
    return json.data as { id: string }[];
  };
  return { server, report, proxy, client, seqs, shown, ofServer };
}

test('a client is of use without a list, which costs nothing then', async () => {
  const { client, server } = await setStage(2);
  expect(client.counts).toEqual({ unread: 2, unseen: 2 });
  expect(client.list).toMatchObject({ status: 'idle', items: [], hasMore: false, cursor: undefined });
  expect(server.logged.filter((line) => line.includes('/notifications?'))).toEqual([]);
});

test('the list comes in pages, newest first', async () => {
  const { client, shown } = await setStage(8);
  const loading = client.list.load();
  expect(client.list.status).toBe('loading');
  await loading;
  expect(client.list).toMatchObject({ status: 'ready', hasMore: true });
  expect(shown()).toEqual(['8', '7', '6']);
  await Promise.all([client.list.loadMore(), client.list.loadMore()]);
  expect(shown()).toEqual(['8', '7', '6', '5', '4', '3']);
  await client.list.loadMore();
  expect(client.list.hasMore).toBe(false);
  await client.list.loadMore();
  expect(shown()).toEqual(['8', '7', '6', '5', '4', '3', '2', '1']);
});

test('what is done here and elsewhere shows in the list and the counts', async () => {
  const { client, server, report, seqs, shown, ofServer } = await setStage(3);
  await client.list.load();
  const [third, second, first] = client.list.items;
  const before = client.list.cursor;
  await client.read(third?.id ?? '');
  await server.ask('ann', 'POST', `/notifications/${second?.id}/archive`);
  await until('both', () => seqs().length === 2);
  expect(shown()).toEqual(['3', '1']);
  expect(client.list.items[0]?.readAt).not.toBeNull();
  expect(client.counts).toEqual({ unread: 1, unseen: 1 });

  await client.list.load('unread');
  expect(client.list.items.map(({ id }) => id)).toEqual([first?.id]);
  await client.unarchive(second?.id ?? '');
  await until('it to be back', () => client.list.items.length === 2);
  await addComments(server.store, report.id, 1);
  await until('the new one', () => client.list.items.length === 3);
  expect(client.list.items).toMatchObject(await ofServer('unread'));

  // Up to what was shown at first: the new one stays unread.
  await client.readAll(before);
  await until('all but the new one to be read', () => client.list.items.length === 1);
  await until('the counts', () => client.counts?.unread === 1);
  expect(await ofServer('unread')).toHaveLength(1);
  await client.seen();
  await until('all to be seen', () => client.counts?.unseen === 0);
  await client.readAll();
  await until('none', () => client.list.items.length === 0);
  await client.list.load('all');
  await client.list.loadMore();
  expect(client.list.items).toMatchObject(await ofServer());
});

test('an action that fails says why, and leaves the list as it was', async () => {
  const { client, shown } = await setStage(2);
  await client.list.load();
  const before = client.list.items;
  const nobody = client.archive('01890000-0000-7000-8000-000000000000');
  await expect(nobody).rejects.toMatchObject({ name: 'RequestError', status: 404, code: 'not_found' });

  expect(client.list.items).toEqual(before);
  const many = client.read([before[0]?.id ?? '', '01890000-0000-7000-8000-000000000000']);
  expect(client.list.items[0]?.readAt).not.toBeNull();
  await expect(many).rejects.toMatchObject({ status: 404, code: 'not_found' });
  expect(client.list.items).toEqual(before);
  expect(shown()).toEqual(['2', '1']);
});

test('what is done while Carillon is not reached is shown, kept, and sent later, in its order', async () => {
  const { client, proxy, shown, ofServer } = await setStage(3);
  await client.list.load();
  const [third, second, first] = client.list.items.map(({ id }) => id);
  proxy.change({ isBlackhole: true });
  const settled: string[] = [];
  const does = (what: string, action: Promise<unknown>) => void action.then(() => settled.push(what));
  does('archive', client.archive(third ?? ''));
  does('read', client.read(second ?? ''));
  does('unread', client.unread(second ?? ''));
  does('read too', client.read(first ?? ''));
  await until('the request to be lost', () => proxy.lost > 0);
  proxy.reset();
  await until('the connection to be lost', () => client.state.status === 'reconnecting');
  expect(shown()).toEqual(['2', '1']);
  expect(client.list.items.map(({ readAt }) => readAt === null)).toEqual([true, false]);
  expect(settled).toEqual([]);
  expect(await ofServer('unread')).toHaveLength(3);

  proxy.heal();
  client.reconnect();
  await until('all four', () => settled.length === 4);
  expect(settled).toEqual(['archive', 'read', 'unread', 'read too']);
  expect((await ofServer('unread')).map(({ id }) => id)).toEqual([second]);
  expect((await ofServer('archived')).map(({ id }) => id)).toEqual([third]);
  await until('the counts', () => client.counts?.unread === 1);
});

test('what waits is given up when the client is closed, or another user signs in', async () => {
  const server = await startServer();
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 2);
  const proxy = await FaultyProxy.start(server.url);
  onTestFinished(() => proxy.close());
  let user = 'ann';
  // The package asks who is signed in before it connects.
  const { client, live } = follow({ url: proxy.url, token: () => server.token(user), EventSource });
  await live();
  await client.list.load();
  proxy.change({ isBlackhole: true });
  const refused = expect(client.readAll()).rejects.toThrow('Another user is signed in.');
  await until('the request to be lost', () => proxy.lost > 0);
  proxy.reset();
  await until('the connection to be lost', () => client.state.status === 'reconnecting');
  user = 'bob';
  proxy.heal();
  client.reconnect();
  await refused;
  expect((await server.ask('ann', 'GET', '/notifications/counts')).json).toEqual({ unread: 2, unseen: 2 });

  await live();
  proxy.change({ isBlackhole: true });
  const closed = expect(client.seen()).rejects.toThrow('The client was closed.');
  client.close();
  await closed;
  proxy.change({ cutAfterBytes: 1 });
  await expect(client.read('x')).rejects.toThrow('Carillon was not reached.');
});

test('undo of “mark all as read” is one request', async () => {
  const { client, server, shown, ofServer } = await setStage(70, { WRITES_PER_MINUTE: '10' });
  await client.list.load();
  while (client.list.hasMore) await client.list.loadMore();
  const marked = await client.readAll();
  expect(marked).toHaveLength(70);
  await until('all to be read', () => client.counts?.unread === 0);
  await client.unread(marked);
  await until('all to be unread', () => client.counts?.unread === 70);
  expect(shown()).toHaveLength(70);
  expect(await ofServer('unread')).toHaveLength(70);
  expect(server.logged.filter((line) => line.includes('"/notifications/unread"'))).toHaveLength(1);
  // By hand, one after the other: they have a limit of their own.
  for (const id of marked) await client.read(id);
  await client.unread(marked[0] ?? '');
});

test('who writes too much hears when to try again', async () => {
  const { client } = await setStage(1, { WRITES_PER_MINUTE: '1' });
  await client.list.load();
  const id = client.list.items[0]?.id ?? '';
  for (let i = 0; i < 10; i++) await client.read(id);
  const error: RequestError = await client.unread(id).then(
    () => expect.unreachable(),
    (reason: unknown) => reason as RequestError,
  );
  expect(error).toMatchObject({ status: 429, code: 'rate_limited' });
  expect(error.retryAfterMs).toBeGreaterThan(0);
  expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
});

test('a list that cannot be had says so, and is had as soon as that is possible', async () => {
  const { client, proxy, shown } = await setStage(2);
  proxy.change({ cutAfterBytes: 1 });
  await client.list.load();
  expect(client.list.status).toBe('failed');
  expect(client.list.error?.message).toBe('Carillon was not reached.');
  proxy.heal();
  client.reconnect();
  await until('the list', () => client.list.status === 'ready');
  expect(client.list.error).toBeUndefined();
  expect(shown()).toEqual(['2', '1']);
});
