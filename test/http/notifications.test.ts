import { expect, test } from 'vitest';
import { ask, startServer, type TestServer } from '../support/server.ts';
import { expectProblem } from './support-problem.ts';

/** Lets bob comment on a report of ann's. @returns what ann then has, newest first */
async function notify(server: TestServer, ...bodies: readonly string[]): Promise<any[]> {
  const { json: report } = await server.ask('ann', 'POST', '/reports', { title: 'Reading list' });
  for (const body of bodies) await server.ask('bob', 'POST', `/reports/${report.id}/comments`, { body });
  return (await server.ask('ann', 'GET', '/notifications')).json.data;
}

test('a comment becomes a notification that says who wrote what under which report', async () => {
  const server = await startServer();
  const report = await server.ask('ann', 'POST', '/reports', { title: 'Reading list' });
  const comment = await server.ask('bob', 'POST', `/reports/${report.json.id}/comments`, {
    body: 'Loved it.',
  });

  const { status, json } = await server.ask('ann', 'GET', '/notifications');

  expect(status).toBe(200);
  expect(json).toEqual({
    data: [
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        seq: 1,
        type: 'NEW_COMMENT_ON_REPORT',
        reason: 'owner',
        topic: `report:${report.json.id}`,
        actor: { id: 'bob', name: 'bob' },
        title: 'Reading list',
        body: 'Loved it.',
        url: null,
        data: null,
        count: 1,
        actors: [{ id: 'bob', name: 'bob' }],
        report: { id: report.json.id, title: 'Reading list' },
        comment: { id: comment.json.id, excerpt: 'Loved it.' },
        createdAt: comment.json.createdAt,
        updatedAt: comment.json.createdAt,
        seenAt: null,
        readAt: null,
        archivedAt: null,
      },
    ],
    nextCursor: null,
    counts: { unread: 1, unseen: 1 },
    streamCursor: `${server.store.epoch}.1`,
  });
});

test('nobody hears of a comment of their own', async () => {
  const server = await startServer();
  const { json } = await server.ask('ann', 'POST', '/reports', { title: 'x' });
  await server.ask('ann', 'POST', `/reports/${json.id}/comments`, { body: 'y' });
  for (const user of ['ann', 'bob']) {
    const list = await server.ask(user, 'GET', '/notifications');
    expect(list.json).toMatchObject({ data: [], counts: { unread: 0, unseen: 0 } });
    expect(list.json.streamCursor).toBe(`${server.store.epoch}.0`);
  }
});

test('a notification keeps the name that its author had at that moment', async () => {
  const server = await startServer();
  const { json } = await server.ask('ann', 'POST', '/reports', { title: 'x' });
  for (const name of ['Bob', 'Robert']) {
    const authorization = `Bearer ${await server.token('bob', { name })}`;
    await ask(`${server.url}/reports/${json.id}/comments`, 'POST', { body: 'y' }, { authorization });
  }
  const list = await server.ask('ann', 'GET', '/notifications');
  expect(list.json.data.map(({ actor }: any) => actor.name)).toEqual(['Robert', 'Bob']);
});

test.each([
  ['140 letters', 'a'.repeat(140), 'a'.repeat(140)],
  ['141 letters', 'a'.repeat(141), 'a'.repeat(140)],
  ['141 emoji', '🎉'.repeat(141), '🎉'.repeat(140)],
  ['a letter and 140 emoji', `a${'🎉'.repeat(140)}`, `a${'🎉'.repeat(139)}`],
])('the excerpt of %s is its first 140 characters', async (_, body, excerpt) => {
  const server = await startServer();
  const [notification] = await notify(server, body);
  expect(notification.comment.excerpt).toBe(excerpt);
});

test('reading marks as seen, unreading keeps that, and both say when', async () => {
  let now = Date.now();
  const server = await startServer({ now: () => now });
  const [{ id }] = await notify(server, 'x');
  const at = new Date((now += 1000)).toISOString();

  const read = await server.ask('ann', 'POST', `/notifications/${id}/read`);
  expect(read.json).toMatchObject({ id, readAt: at, seenAt: at, archivedAt: null });
  expect((await server.ask('ann', 'GET', '/notifications/counts')).json).toEqual({ unread: 0, unseen: 0 });

  now += 1000;
  const again = await server.ask('ann', 'POST', `/notifications/${id}/read`, {});
  expect(again.json).toEqual(read.json);

  const unread = await server.ask('ann', 'POST', `/notifications/${id}/unread`);
  expect(unread.json).toMatchObject({ readAt: null, seenAt: at });
  expect((await server.ask('ann', 'GET', '/notifications/counts')).json).toEqual({ unread: 1, unseen: 0 });
});

test('an archived notification is listed apart and not counted, until it is taken back', async () => {
  const server = await startServer();
  const [{ id }] = await notify(server, 'x');
  const idsOf = async (status: string) => {
    const { json } = await server.ask('ann', 'GET', `/notifications?status=${status}`);
    return json.data.map((notification: any) => notification.id);
  };

  const archived = await server.ask('ann', 'POST', `/notifications/${id}/archive`);
  expect(archived.json.archivedAt).toMatch(/Z$/);
  expect(await Promise.all(['all', 'unread', 'read', 'archived'].map(idsOf))).toEqual([[], [], [], [id]]);
  expect((await server.ask('ann', 'GET', '/notifications/counts')).json).toEqual({ unread: 0, unseen: 0 });

  const back = await server.ask('ann', 'POST', `/notifications/${id}/unarchive`);
  expect(back.json.archivedAt).toBeNull();
  expect(await Promise.all(['all', 'unread', 'read', 'archived'].map(idsOf))).toEqual([[id], [id], [], []]);
  expect((await server.ask('ann', 'GET', '/notifications/counts')).json).toEqual({ unread: 1, unseen: 1 });
});

test('reading and unreading an archived notification moves no counts', async () => {
  const server = await startServer();
  const [one, two] = await notify(server, 'x', 'y');
  await server.ask('ann', 'POST', `/notifications/${one.id}/archive`);
  for (const action of ['read', 'unread', 'read']) {
    await server.ask('ann', 'POST', `/notifications/${one.id}/${action}`);
    expect((await server.ask('ann', 'GET', '/notifications/counts')).json).toEqual({ unread: 1, unseen: 1 });
  }
  const { json } = await server.ask('ann', 'POST', '/notifications/read', { ids: [one.id, two.id] });
  expect(json.counts).toEqual({ unread: 0, unseen: 0 });
});

test('the lists of read and unread notifications share nothing', async () => {
  const server = await startServer();
  const [newer, older] = await notify(server, 'older', 'newer');
  await server.ask('ann', 'POST', `/notifications/${older.id}/read`);
  const read = await server.ask('ann', 'GET', '/notifications?status=read');
  const unread = await server.ask('ann', 'GET', '/notifications?status=unread');
  expect(read.json.data.map(({ id }: any) => id)).toEqual([older.id]);
  expect(unread.json.data.map(({ id }: any) => id)).toEqual([newer.id]);
});

test("another user's notification is not there", async () => {
  const server = await startServer();
  const before = await notify(server, 'x');
  const [{ id }] = before;
  for (const action of ['read', 'unread', 'archive', 'unarchive']) {
    expectProblem(await server.ask('bob', 'POST', `/notifications/${id}/${action}`), 404, 'not_found');
  }
  expectProblem(await server.ask('bob', 'POST', '/notifications/read', { ids: [id] }), 404, 'not_found');
  expect((await server.ask('bob', 'GET', '/notifications')).json.data).toEqual([]);
  expect((await server.ask('ann', 'GET', '/notifications')).json.data).toEqual(before);
});

test.each(['01900000-0000-7000-8000-000000000000', 'x', 'stream', 'counts', '%00'])(
  'there is no notification %s to act on',
  async (id) => {
    const server = await startServer();
    expectProblem(await server.ask('ann', 'POST', `/notifications/${id}/read`), 404, 'not_found');
  },
);

test('an action takes an empty object or nothing as its body', async () => {
  const server = await startServer();
  const [{ id }] = await notify(server, 'x');
  expect((await server.ask('ann', 'POST', `/notifications/${id}/read`, {})).status).toBe(200);
  const refused = await server.ask('ann', 'POST', `/notifications/${id}/unread`, { seen: false });
  expectProblem(refused, 400, 'invalid_input');
  expect((await server.ask('ann', 'GET', '/notifications/counts')).json.unread).toBe(0);
});
