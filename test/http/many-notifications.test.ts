import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { expectFaults, expectProblem } from './support-problem.ts';

const nowhere = '01900000-0000-7000-8000-000000000000';

/** Lets bob write `count` comments on a report of ann's. @returns her notifications, oldest first */
async function notify(server: TestServer, count: number): Promise<{ id: string }[]> {
  const { json } = await server.ask('ann', 'POST', '/reports', { title: 'x' });
  const bodies = Array.from({ length: count }, (_, i) => `${i}`);
  await Promise.all(
    bodies.map((body) => server.ask('bob', 'POST', `/reports/${json.id}/comments`, { body })),
  );
  const list = await server.ask('ann', 'GET', '/notifications?limit=100');
  return list.json.data.toReversed();
}

async function countsOf(server: TestServer, user = 'ann'): Promise<unknown> {
  return (await server.ask(user, 'GET', '/notifications/counts')).json;
}

test('up to a hundred notifications are read at once by their ids', async () => {
  const server = await startServer();
  const all = await notify(server, 100);
  const ids = all.map(({ id }) => id);
  const { status, json } = await server.ask('ann', 'POST', '/notifications/read', { ids });
  expect(status).toBe(200);
  expect(json).toEqual({ counts: { unread: 0, unseen: 0 }, ids });

  const tooMany = await server.ask('ann', 'POST', '/notifications/read', { ids: [...ids, nowhere] });
  expectFaults(tooMany, '/ids');
});

test('an id that comes twice counts once', async () => {
  const server = await startServer();
  const [one] = await notify(server, 2);
  const { json } = await server.ask('ann', 'POST', '/notifications/read', { ids: [one?.id, one?.id] });
  expect(json).toEqual({ counts: { unread: 1, unseen: 1 }, ids: [one?.id] });
});

test('nothing is read when one of the ids is unknown or foreign', async () => {
  const server = await startServer();
  const mine = await notify(server, 2);
  const { json } = await server.ask('bob', 'POST', '/reports', { title: 'y' });
  await server.ask('ann', 'POST', `/reports/${json.id}/comments`, { body: 'z' });
  const theirs = (await server.ask('bob', 'GET', '/notifications')).json.data;
  for (const stranger of [nowhere, theirs[0].id]) {
    const ids = [...mine.map(({ id }) => id), stranger];
    expectProblem(await server.ask('ann', 'POST', '/notifications/read', { ids }), 404, 'not_found');
  }
  expect(await countsOf(server)).toEqual({ unread: 2, unseen: 2 });
  expect(await countsOf(server, 'bob')).toEqual({ unread: 1, unseen: 1 });
});

test('up to a thousand are unread again by one request, which passes over what is not there', async () => {
  const server = await startServer();
  await notify(server, 60);
  const mine = [...(await notify(server, 60)), { id: nowhere }].map(({ id }) => id);
  const { json } = await server.ask('bob', 'POST', '/reports', { title: 'y' });
  await server.ask('ann', 'POST', `/reports/${json.id}/comments`, { body: 'z' });
  const [theirs] = (await server.ask('bob', 'GET', '/notifications')).json.data;
  await server.ask('bob', 'POST', `/notifications/${theirs.id}/read`);
  const { streamCursor } = (await server.ask('ann', 'GET', '/notifications')).json;
  await server.ask('ann', 'POST', '/notifications/read', { upTo: streamCursor });
  expect(await countsOf(server)).toEqual({ unread: 0, unseen: 0 });

  const undo = await server.ask('ann', 'POST', '/notifications/unread', { ids: [...mine, theirs.id] });
  expect(undo.status).toBe(200);
  expect(undo.json).toEqual({ counts: { unread: 100, unseen: 0 } });
  expect(await countsOf(server, 'bob')).toEqual({ unread: 0, unseen: 0 });

  const tooMany = Array.from({ length: 1_001 }, () => nowhere);
  expectFaults(await server.ask('ann', 'POST', '/notifications/unread', { ids: tooMany }), '/ids');
  expectFaults(await server.ask('ann', 'POST', '/notifications/unread', { ids: [] }), '/ids');
});

test('what arrives while the list is looked at stays unread', async () => {
  const server = await startServer();
  const shown = await notify(server, 2);
  const { json } = await server.ask('ann', 'GET', '/notifications');
  await notify(server, 1);

  const seen = await server.ask('ann', 'POST', '/notifications/seen', { upTo: json.streamCursor });
  expect(seen.json).toEqual({ counts: { unread: 3, unseen: 1 } });
  const read = await server.ask('ann', 'POST', '/notifications/read', { upTo: json.streamCursor });
  // Which were marked, the oldest first, for whoever wants to take it back.
  expect(read.json).toEqual({ counts: { unread: 1, unseen: 1 }, ids: shown.map(({ id }) => id) });

  const list = await server.ask('ann', 'GET', '/notifications?status=read');
  expect(list.json.data.map(({ id }: any) => id)).toEqual(shown.map(({ id }) => id).toReversed());
});

test('seeing leaves unread what it shows', async () => {
  const server = await startServer();
  await notify(server, 1);
  const { json } = await server.ask('ann', 'GET', '/notifications');
  await server.ask('ann', 'POST', '/notifications/seen', { upTo: json.streamCursor });
  const [notification] = (await server.ask('ann', 'GET', '/notifications')).json.data;
  expect(notification).toMatchObject({ seenAt: expect.stringMatching(/Z$/), readAt: null });
});

test('reading up to event 0 reads nothing', async () => {
  const server = await startServer();
  await notify(server, 1);
  const upTo = `${server.store.epoch}.0`;
  const { status, json } = await server.ask('ann', 'POST', '/notifications/read', { upTo });
  expect([status, json]).toEqual([200, { counts: { unread: 1, unseen: 1 }, ids: [] }]);
});

test('an upTo that is not of this log, or ahead of it, is refused', async () => {
  const server = await startServer();
  await notify(server, 1);
  const { epoch } = server.store;
  const other = epoch === 'aaaaaaaa' ? 'bbbbbbbb' : 'aaaaaaaa';
  const wrong = [
    `${epoch}.2`,
    `${other}.1`,
    `${epoch}.-1`,
    `${epoch}.01`,
    `${epoch}.1.0`,
    `${epoch}.1e0`,
    epoch,
  ];
  for (const upTo of [
    ...wrong,
    `${epoch}.999999999999999`,
    `${epoch}.9999999999999999`,
    '',
    '1',
    1,
    null,
    {},
  ]) {
    expectFaults(await server.ask('ann', 'POST', '/notifications/read', { upTo }), '/upTo');
    expectFaults(await server.ask('ann', 'POST', '/notifications/seen', { upTo }), '/upTo');
  }
  expect(await countsOf(server)).toEqual({ unread: 1, unseen: 1 });
});

test('what is to be read is said either by ids or by upTo', async () => {
  const server = await startServer();
  const [one] = await notify(server, 1);
  const upTo = `${server.store.epoch}.1`;
  for (const body of [{}, { ids: [one?.id], upTo }]) {
    expectFaults(await server.ask('ann', 'POST', '/notifications/read', body), '');
  }
  expectFaults(await server.ask('ann', 'POST', '/notifications/seen', { ids: [one?.id] }), '/upTo', '/ids');
  expectFaults(await server.ask('ann', 'POST', '/notifications/seen', {}), '/upTo');
  expect(await countsOf(server)).toEqual({ unread: 1, unseen: 1 });
});

test.each([
  [{ ids: [] }, '/ids'],
  [{ ids: 'x' }, '/ids'],
  [{ ids: ['x'] }, '/ids/0'],
  [{ ids: [nowhere, 7] }, '/ids/1'],
  [{ ids: [nowhere], all: true }, '/all'],
])('to read %j is refused because of %s', async (body, pointer) => {
  const server = await startServer();
  expectFaults(await server.ask('ann', 'POST', '/notifications/read', body), pointer);
});

test.each(['', 'seen', 'ALL', 'all,read', 'all&status=all'])('there is no status "%s"', async (status) => {
  const server = await startServer();
  expectFaults(await server.ask('ann', 'GET', `/notifications?status=${status}`), '?status');
});
