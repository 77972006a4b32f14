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
  const { client, proxy, shown } = await setStage(2);
  await client.list.load();
  const before = client.list.items;
  const nobody = client.archive('01890000-0000-7000-8000-000000000000');
  await expect(nobody).rejects.toMatchObject({ name: 'RequestError', status: 404, code: 'not_found' });

  await proxy.close();
  const archiving = client.archive(before[0]?.id ?? '');
  expect(shown()).toEqual(['1']);
  await expect(archiving).rejects.toThrow('Carillon was not reached.');
  expect(client.list.items).toEqual(before);
  const reading = client.readAll();
  expect(client.list.items.every(({ readAt }) => readAt !== null)).toBe(true);
  await expect(reading).rejects.toThrow('Carillon was not reached.');
  expect(client.list.items).toEqual(before);
});

test('who writes too much hears when to try again', async () => {
  const { client } = await setStage(1, { WRITES_PER_MINUTE: '1' });
  await client.list.load();
  const id = client.list.items[0]?.id ?? '';
  await client.read(id);
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
