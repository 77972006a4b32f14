import { expect, test } from 'vitest';
import { ask, type Answer, startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { expectProblem } from './support-problem.ts';

const dayMs = 24 * 60 * 60 * 1000;

function post(
  server: TestServer,
  key: string,
  body: unknown,
  user = 'ann',
  path = '/reports',
): Promise<Answer> {
  return server.ask(user, 'POST', path, body, { 'idempotency-key': key });
}

async function reportsIn(server: TestServer): Promise<number> {
  return (await server.ask('ann', 'GET', '/reports')).json.data.length;
}

test('a repeated request is answered as the first, and does nothing', async () => {
  const server = await startServer();
  const first = await post(server, 'k', { title: 'x' });
  const again = await post(server, 'k', { title: 'x' });
  expect(again.status).toBe(201);
  expect(again.json).toEqual(first.json);
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  expect(await reportsIn(server)).toBe(1);
});

test('a repeated comment is heard of once', async () => {
  const server = await startServer();
  const { json } = await server.ask('ann', 'POST', '/reports', { title: 'x' });
  for (let i = 0; i < 3; i++) await post(server, 'k', { body: 'y' }, 'bob', `/reports/${json.id}/comments`);
  const { data, counts } = (await server.ask('ann', 'GET', '/notifications')).json;
  expect([data.length, counts.unread]).toEqual([1, 1]);
});

test('the same request differently written is the same request', async () => {
  const server = await startServer();
  const first = await post(server, 'k', '{"title":"x","body":"é"}');
  const again = await post(server, 'k', ' { "body" : "\\u00e9", "title" : "x" } ');
  expect([again.status, again.json]).toEqual([201, first.json]);
});

test('another request under the same key is refused', async () => {
  const server = await startServer();
  const { json } = await post(server, 'k', { title: 'x' });
  expectProblem(await post(server, 'k', { title: 'y' }), 422, 'idempotency_mismatch');
  expectProblem(await post(server, 'k', { title: 'x', body: 'y' }), 422, 'idempotency_mismatch');
  const comments = `/reports/${json.id}/comments`;
  expectProblem(await post(server, 'k', { body: 'y' }, 'ann', comments), 422, 'idempotency_mismatch');
  expect(await reportsIn(server)).toBe(1);
});

test('the same comment under another report is another request', async () => {
  const server = await startServer();
  const [one, other] = [await post(server, 'a', { title: 'x' }), await post(server, 'b', { title: 'x' })];
  await post(server, 'k', { body: 'y' }, 'bob', `/reports/${one.json.id}/comments`);
  const refused = await post(server, 'k', { body: 'y' }, 'bob', `/reports/${other.json.id}/comments`);
  expectProblem(refused, 422, 'idempotency_mismatch');
});

test('each user has keys of their own', async () => {
  const server = await startServer();
  const ofAnn = await post(server, 'k', { title: 'x' }, 'ann');
  const ofBob = await post(server, 'k', { title: 'x' }, 'bob');
  expect(ofBob.json).toMatchObject({ owner: { id: 'bob' } });
  expect(ofBob.json.id).not.toBe(ofAnn.json.id);
});

test('a request that was refused leaves its key free', async () => {
  const server = await startServer();
  expect((await post(server, 'k', { title: '' })).status).toBe(400);
  const nowhere = '/reports/01900000-0000-7000-8000-000000000000/comments';
  expect((await post(server, 'k', { body: 'x' }, 'ann', nowhere)).status).toBe(404);
  const { status, headers } = await post(server, 'k', { title: 'x' });
  expect([status, headers.get('idempotent-replayed')]).toEqual([201, null]);
});

test('of requests that come together under one key, one is done', async () => {
  const server = await startServer();
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(server, 'k', { title: 'x' })));
  const done = answers.filter(({ status }) => status === 201);
  const early = answers.filter(({ status }) => status !== 201);
  expect(new Set(done.map(({ json }) => json.id)).size).toBe(1);
  for (const answer of early) {
    expectProblem(answer, 409, 'idempotency_in_flight');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(await reportsIn(server)).toBe(1);
  expect((await post(server, 'k', { title: 'x' })).json).toEqual(done[0]?.json);
});

test('a key is kept for a day', async () => {
  let now = Date.now();
  const server = await startServer({ now: () => now });
  const postLater = async () => {
    const authorization = `Bearer ${await server.token('ann', { ttlSeconds: 1e9 })}`;
    const headers = { authorization, 'idempotency-key': 'k' };
    return ask(`${server.url}/reports`, 'POST', { title: 'x' }, headers);
  };
  const first = await postLater();
  now += dayMs - 1;
  expect((await postLater()).json.id).toBe(first.json.id);
  now += 1;
  const next = await postLater();
  expect(next.json.id).not.toBe(first.json.id);
  expect((await postLater()).json.id).toBe(next.json.id);
});

test('a key outlives a restart', async () => {
  const folder = temporaryFolder();
  const before = await startServer({ folder });
  const first = await post(before, 'k', { title: 'x' });
  await before.close();
  const after = await startServer({ folder });
  expect((await post(after, 'k', { title: 'x' })).json).toEqual(first.json);
});

test.each(['', 'é', 'a\tb', 'x'.repeat(256)])('the key "%s" is refused', async (key) => {
  const server = await startServer();
  expectProblem(await post(server, key, { title: 'x' }), 400, 'invalid_input');
  expect(await reportsIn(server)).toBe(0);
});

test.each(['x', 'x'.repeat(255), '!~ "quoted"', '"8e03978e-40d5-43e8-bc93-6894a57f9324"'])(
  'the key %s is a key',
  async (key) => {
    const server = await startServer();
    const first = await post(server, key, { title: 'x' });
    expect((await post(server, key, { title: 'x' })).json).toEqual(first.json);
  },
);
