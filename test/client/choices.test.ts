import { expect, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { startServer } from '../support/server.ts';
import { follow } from './follow.ts';

async function setStage() {
  const server = await startServer();
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 1);
  const { client } = follow({ url: server.url, token: () => server.token('ann') });
  return { server, topic: `report:${report.id}`, client };
}

test('a client tells why one has a notification, and what stops it', async () => {
  const { client, topic } = await setStage();
  await client.list.load();
  const why = await client.why(client.list.items[0]?.id ?? '');
  expect(why).toMatchObject({ reason: 'owner', rule: 'watching', topic });
  expect(why.stop).toEqual({
    method: 'PUT',
    path: `/topics/${encodeURIComponent(topic)}/watch`,
    body: { level: 'none' },
  });
  await expect(client.why('0')).rejects.toMatchObject({ status: 404 });
});

test('a client watches, mutes, and lists topics, reports by their titles', async () => {
  const { client, topic } = await setStage();
  expect(await client.watch(topic)).toMatchObject({ level: 'all', because: 'owner' });
  expect(await client.setWatch(topic, 'none')).toMatchObject({ level: 'none', because: 'manual' });
  const { data, nextCursor } = await client.watches();
  expect(data).toMatchObject([{ topic, level: 'none', title: 'Reading list' }]);
  expect(nextCursor).toBeNull();
  await client.unsetWatch(topic);
  expect(await client.watch(topic)).toMatchObject({ level: 'direct', because: null });
  await expect(client.setWatch('nowhere', 'all')).rejects.toMatchObject({ status: 404 });
});

test('settings that were changed elsewhere meanwhile are not overwritten', async () => {
  const { client, server } = await setStage();
  expect(await client.settings()).toEqual({ inbox: {}, blocked: [] });
  const elsewhere = { inbox: {}, blocked: ['bob'] };
  let asked = 0;
  const held = await client.setSettings((present) => {
    asked += 1;
    return { ...present, inbox: { '*': 'quiet' } };
  });
  expect([asked, held]).toEqual([1, { inbox: { '*': 'quiet' }, blocked: [] }]);

  const { fetch } = globalThis;
  globalThis.fetch = async (...args) => {
    // Between this client's reading and its writing.
    if (args[1]?.method === 'PUT' && asked < 3) {
      globalThis.fetch = fetch;
      await server.ask('ann', 'PUT', '/settings', elsewhere);
    }
    return fetch(...args);
  };
  await client.setSettings((present) => {
    asked += 1;
    return { ...present, inbox: { ...present.inbox, 'order.shipped': 'off' } };
  });
  expect(asked).toBe(3);
  expect(await client.settings()).toEqual({ inbox: { 'order.shipped': 'off' }, blocked: ['bob'] });
});
