import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

async function addReport(server: TestServer, owner = 'ann') {
  const { json } = await server.ask(owner, 'POST', '/reports', { title: 'Reading list' });
  return json.id as string;
}

async function comment(server: TestServer, author: string, report: string, more: object = {}) {
  const { json } = await server.ask(author, 'POST', `/reports/${report}/comments`, {
    body: 'Loved it.',
    ...more,
  });
  return json.id as string;
}

async function inboxOf(server: TestServer, user: string) {
  return (await server.ask(user, 'GET', '/notifications?limit=100')).json;
}

async function reasonsOf(server: TestServer, user: string): Promise<string[]> {
  return (await inboxOf(server, user)).data.map(({ reason }: { reason: string }) => reason);
}

test('each person hears of a comment once, for the strongest reason', async () => {
  const server = await startServer();
  const report = await addReport(server);
  const first = await comment(server, 'bob', report);
  await comment(server, 'cleo', report, { parentId: first, mentions: ['ann', 'dan', 'cleo'] });

  expect(await reasonsOf(server, 'ann')).toEqual(['mention', 'owner']);
  expect(await reasonsOf(server, 'bob')).toEqual(['reply']);
  expect(await reasonsOf(server, 'dan')).toEqual(['mention']);
  expect(await reasonsOf(server, 'cleo')).toEqual([]);
  // Bob has commented, so he hears of what is not for him; a mention does not subscribe.
  await comment(server, 'eve', report);
  expect(await reasonsOf(server, 'bob')).toEqual(['commented', 'reply']);
  expect(await reasonsOf(server, 'dan')).toEqual(['mention']);
});

test('more than 20 mentions are refused', async () => {
  const server = await startServer();
  const report = await addReport(server);
  const mentions = Array.from({ length: 21 }, (_, i) => `user-${i}`);
  const { status } = await server.ask('bob', 'POST', `/reports/${report}/comments`, { body: 'x', mentions });
  expect(status).toBe(400);
});

test('muting a report means silence, for mentions too, and nothing that is inferred undoes it', async () => {
  const server = await startServer();
  const report = await addReport(server);
  const path = `/topics/report:${report}/watch`;
  expect((await server.ask('ann', 'GET', path)).json).toMatchObject({ level: 'all', because: 'owner' });
  await server.ask('ann', 'PUT', path, { level: 'none' });
  await comment(server, 'bob', report, { mentions: ['ann'] });
  await comment(server, 'ann', report);
  await comment(server, 'bob', report);
  expect(await reasonsOf(server, 'ann')).toEqual([]);
  expect((await server.ask('ann', 'GET', path)).json).toMatchObject({ level: 'none', because: 'manual' });
});

test('why says why, and the request that it names stops it', async () => {
  const server = await startServer();
  const report = await addReport(server);
  await comment(server, 'bob', report);
  const { data } = await inboxOf(server, 'ann');
  const { json } = await server.ask('ann', 'GET', `/notifications/${data[0].id}/why`);
  expect(json).toMatchObject({
    reason: 'owner',
    rule: 'watching',
    because: 'owner',
    topic: `report:${report}`,
  });
  const { method, path, body } = json.stop;
  expect((await server.ask('ann', method, path, body)).status).toBe(200);
  await comment(server, 'bob', report);
  expect(await reasonsOf(server, 'ann')).toEqual(['owner']);
  expect((await server.ask('bob', 'GET', `/notifications/${data[0].id}/why`)).status).toBe(404);
});

test('everything about a topic is read by one request, and listed by one', async () => {
  const server = await startServer();
  const [report, other] = [await addReport(server), await addReport(server)];
  for (let i = 0; i < 3; i++) await comment(server, 'bob', report);
  await comment(server, 'bob', other);
  const topic = `report:${report}`;
  const list = await server.ask('ann', 'GET', `/notifications?topic=${topic}`);
  expect(list.json.data).toHaveLength(3);
  const { status, json } = await server.ask('ann', 'POST', `/topics/${topic}/read`);
  expect([status, json]).toEqual([200, { counts: { unread: 1, unseen: 1 } }]);
  expect((await server.ask('ann', 'GET', '/notifications?status=unread')).json.data).toHaveLength(1);
});

test('an edit shows everywhere, and is told to those who have not read it', async () => {
  const server = await startServer();
  const report = await addReport(server);
  const id = await comment(server, 'bob', report);
  const path = `/reports/${report}/comments/${id}`;
  expect((await server.ask('ann', 'PATCH', path, { body: 'x' })).status).toBe(403);

  const { status, json } = await server.ask('bob', 'PATCH', path, { body: 'Loved chapter two.' });

  expect(status).toBe(200);
  expect(json).toMatchObject({ body: 'Loved chapter two.', editedAt: expect.any(String) });
  const { data, counts } = await inboxOf(server, 'ann');
  expect(data[0]).toMatchObject({ body: 'Loved chapter two.', comment: { excerpt: 'Loved chapter two.' } });
  expect(counts).toEqual({ unread: 1, unseen: 1 });
  const { events } = await server.store.log('ann', 1, 10);
  expect(events.map(({ type }) => type)).toEqual(['notification.updated']);
});

test('a mention that an edit adds notifies once; one that it removes leaves what another reason holds', async () => {
  const server = await startServer();
  const report = await addReport(server);
  const id = await comment(server, 'bob', report, { mentions: ['ann', 'dan'] });
  const path = `/reports/${report}/comments/${id}`;
  expect([await reasonsOf(server, 'ann'), await reasonsOf(server, 'dan')]).toEqual([
    ['mention'],
    ['mention'],
  ]);

  await server.ask('bob', 'PATCH', path, { body: 'x', mentions: ['eve'] });
  expect(await reasonsOf(server, 'ann')).toEqual(['owner']);
  expect(await inboxOf(server, 'dan')).toMatchObject({ data: [], counts: { unread: 0, unseen: 0 } });
  expect(await reasonsOf(server, 'eve')).toEqual(['mention']);

  await server.ask('bob', 'PATCH', path, { body: 'x', mentions: ['eve', 'dan', 'ann'] });
  expect(await reasonsOf(server, 'ann')).toEqual(['mention']);
  expect(await reasonsOf(server, 'dan')).toEqual(['mention']);
  expect(await reasonsOf(server, 'eve')).toEqual(['mention']);
  for (const user of ['ann', 'dan', 'eve']) {
    const { counts, data } = await inboxOf(server, user);
    expect([counts, data.length], user).toEqual([{ unread: 1, unseen: 1 }, 1]);
  }
});

test('a deleted comment is gone everywhere, and stays as an empty one', async () => {
  const server = await startServer();
  const report = await addReport(server);
  const id = await comment(server, 'bob', report, { body: 'canary', mentions: ['dan'] });
  const path = `/reports/${report}/comments/${id}`;
  expect((await server.ask('dan', 'DELETE', path)).status).toBe(403);
  for (let i = 0; i < 2; i++) expect((await server.ask('ann', 'DELETE', path)).status).toBe(204);

  const { json } = await server.ask('bob', 'GET', path);
  expect(json).toMatchObject({ id, body: '', mentions: [], deletedAt: expect.any(String) });
  for (const user of ['ann', 'dan']) {
    const seen = [await inboxOf(server, user), await server.store.log(user, 0, 100)];
    expect(JSON.stringify(seen)).not.toContain('canary');
    expect(seen[0].counts).toEqual({ unread: 0, unseen: 0 });
  }
  expect((await server.ask('bob', 'PATCH', path, { body: 'x' })).status).toBe(404);
  const reply = { body: 'x', parentId: id };
  expect((await server.ask('bob', 'POST', `/reports/${report}/comments`, reply)).status).toBe(404);
});

test('a deleted report takes everything about it along', async () => {
  const server = await startServer();
  const report = await addReport(server);
  for (let i = 0; i < 120; i++) await comment(server, 'bob', report, { body: `canary ${i}` });
  const path = `/reports/${report}`;
  expect((await server.ask('bob', 'DELETE', path)).status).toBe(403);
  expect((await server.ask('ann', 'PATCH', path, { title: 'canary title' })).json.title).toBe('canary title');
  expect((await inboxOf(server, 'ann')).data[0]).toMatchObject({ title: 'canary title' });

  expect((await server.ask('ann', 'DELETE', path)).status).toBe(204);

  // At once, although its comments are taken back in steps.
  const seen = [await inboxOf(server, 'ann'), await server.store.log('ann', 0, 1000)];
  expect(JSON.stringify(seen)).not.toContain('canary');
  for (const gone of [path, `${path}/comments`])
    expect((await server.ask('bob', 'GET', gone)).status).toBe(404);
  expect((await server.ask('bob', 'POST', `${path}/comments`, { body: 'x' })).status).toBe(404);
  await until('the counts to be zero', async () => {
    const { counts } = await server.store.inbox('ann');
    return counts.unread === 0 && counts.unseen === 0;
  });
  expect((await server.ask('ann', 'DELETE', path)).status).toBe(204);
});

test('settings are replaced by whoever saw the last ones, and decide what arrives', async () => {
  const server = await startServer();
  const report = await addReport(server);
  const first = await server.ask('ann', 'GET', '/settings');
  expect(first.json).toEqual({ inbox: {}, blocked: [] });
  const etag = first.headers.get('etag') ?? '';
  const quiet = { inbox: { 'NEW_COMMENT_ON_REPORT/owner': 'quiet' }, blocked: [] };
  const set = await server.ask('ann', 'PUT', '/settings', quiet, { 'if-match': etag });
  expect([set.status, set.json]).toEqual([200, quiet]);
  expect((await server.ask('ann', 'PUT', '/settings', quiet, { 'if-match': etag })).status).toBe(412);
  expect((await server.ask('ann', 'PUT', '/settings', { ...quiet, extra: 1 })).status).toBe(400);

  await comment(server, 'bob', report);
  const { data, counts } = await inboxOf(server, 'ann');
  expect(counts).toEqual({ unread: 0, unseen: 0 });
  expect(data[0].readAt).not.toBeNull();
  await server.ask('ann', 'PUT', '/settings', { inbox: { '*': 'off' } });
  await comment(server, 'bob', report);
  expect((await inboxOf(server, 'ann')).data).toHaveLength(1);
});

test('who is blocked is not heard, and what they caused alone is taken back', async () => {
  const server = await startServer();
  const report = await addReport(server);
  await comment(server, 'bob', report);
  await comment(server, 'cleo', report);
  await server.ask('ann', 'PUT', '/settings', { blocked: ['bob'] });
  await comment(server, 'bob', report, { mentions: ['ann'] });
  const { data, counts } = await inboxOf(server, 'ann');
  expect(data.map(({ actor }: { actor: { id: string } }) => actor.id)).toEqual(['cleo']);
  expect(counts).toEqual({ unread: 1, unseen: 1 });
});

test('comments of one report share a notification where that is wanted', async () => {
  const server = await startServer({ environment: { GROUP_COMMENTS: 'report' } });
  const report = await addReport(server);
  await comment(server, 'bob', report);
  await comment(server, 'cleo', report);
  await comment(server, 'dan', report, { mentions: ['ann'] });
  const { data, counts } = await inboxOf(server, 'ann');
  expect(counts).toEqual({ unread: 2, unseen: 2 });
  expect(data.map(({ count, reason }: { count: number; reason: string }) => [count, reason])).toEqual([
    [1, 'mention'],
    [2, 'owner'],
  ]);
});

test('what was raised since the user saw it stays unread', async () => {
  const server = await startServer({ environment: { GROUP_COMMENTS: 'report' } });
  const report = await addReport(server);
  const id = await comment(server, 'bob', report);
  const asOf = `${server.store.epoch}.1`;
  await comment(server, 'cleo', report);
  const late = await server.ask('ann', 'POST', `/notifications/${id}/read`, { asOf });
  expect(late.json).toMatchObject({ readAt: null, count: 2 });
  const now = await server.ask('ann', 'POST', `/notifications/${id}/read`, {
    asOf: `${server.store.epoch}.2`,
  });
  expect(now.json.readAt).not.toBeNull();
});
