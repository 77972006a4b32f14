import { expect, test } from 'vitest';
import { ask, startServer } from '../support/server.ts';
import { expectFaults, expectProblem } from './support-problem.ts';

const nowhere = '01900000-0000-7000-8000-000000000000';

test('a new report is answered with what was written and where it is', async () => {
  const now = Date.parse('2030-01-02T03:04:05.678Z');
  const server = await startServer({ now: () => now });
  const headers = { authorization: `Bearer ${await server.token('ann', { name: 'Ann', ttlSeconds: 1e9 })}` };

  const report = { title: 'Reading list', body: 'What shall we read?' };
  const answer = await ask(`${server.url}/reports`, 'POST', report, headers);

  expect(answer.status).toBe(201);
  expect(answer.headers.get('location')).toBe(`/reports/${answer.json.id}`);
  expect(answer.json).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    ...report,
    owner: { id: 'ann', name: 'Ann' },
    createdAt: '2030-01-02T03:04:05.678Z',
  });
  const found = await ask(`${server.url}${answer.headers.get('location')}`, 'GET', undefined, headers);
  expect(found.status).toBe(200);
  expect(found.json).toEqual(answer.json);
});

test('a report without a body has an empty one', async () => {
  const server = await startServer();
  const { status, json } = await server.ask('ann', 'POST', '/reports', { title: 'Reading list' });
  expect([status, json.body]).toEqual([201, '']);
});

test('every user reads every report, newest first', async () => {
  const server = await startServer();
  for (const [user, title] of [
    ['ann', 'first'],
    ['bob', 'second'],
    ['ann', 'third'],
  ] as const) {
    await server.ask(user, 'POST', '/reports', { title });
  }
  const { status, json } = await server.ask('cid', 'GET', '/reports');
  expect(status).toBe(200);
  expect(json.data.map((report: any) => report.title)).toEqual(['third', 'second', 'first']);
  expect(json.nextCursor).toBeNull();
});

test('a list without reports is an empty page', async () => {
  const server = await startServer();
  const { json } = await server.ask('ann', 'GET', '/reports');
  expect(json).toEqual({ data: [], nextCursor: null });
});

test.each([nowhere, 'nowhere', '7', nowhere.toUpperCase(), '%00', '..%2f..%2fetc', `${nowhere}%20`])(
  'there is no report %s',
  async (id) => {
    const server = await startServer();
    expectProblem(await server.ask('ann', 'GET', `/reports/${id}`), 404, 'not_found');
  },
);

test.each([
  [{}, '/title'],
  [{ title: 7 }, '/title'],
  [{ title: null }, '/title'],
  [{ title: 'x', body: null }, '/body'],
  [{ title: 'x', body: ['y'] }, '/body'],
])('the report %j is refused because of %s', async (report, pointer) => {
  const server = await startServer();
  expectFaults(await server.ask('ann', 'POST', '/reports', report), pointer);
  expect((await server.ask('ann', 'GET', '/reports')).json.data).toEqual([]);
});

test('HEAD answers as GET does, without the body', async () => {
  const server = await startServer();
  await server.ask('ann', 'POST', '/reports', { title: 'x' });
  const get = await server.ask('ann', 'GET', '/reports');
  const head = await server.ask('ann', 'HEAD', '/reports');
  expect(head.status).toBe(200);
  expect(head.json).toBeUndefined();
  for (const name of ['content-type', 'content-length', 'cache-control']) {
    expect(head.headers.get(name)).toBe(get.headers.get(name));
  }
});

test('what one user is answered is kept by no cache', async () => {
  const server = await startServer();
  const { headers } = await server.ask('ann', 'GET', '/reports', undefined, { 'if-none-match': '"x"' });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('etag')).toBeNull();
});
