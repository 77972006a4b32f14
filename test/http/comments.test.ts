import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { expectFaults, expectProblem } from './support-problem.ts';

const nowhere = '01900000-0000-7000-8000-000000000000';

/** A report of ann's. @returns the path of its comments */
async function addReport(server: TestServer): Promise<string> {
  const { json } = await server.ask('ann', 'POST', '/reports', { title: 'Reading list' });
  return `/reports/${json.id}/comments`;
}

test('a new comment is answered with what was written and where it is', async () => {
  const server = await startServer();
  const path = await addReport(server);

  const answer = await server.ask('bob', 'POST', path, { body: 'Loved chapter two.' });

  expect(answer.status).toBe(201);
  expect(answer.headers.get('location')).toBe(`${path}/${answer.json.id}`);
  expect(answer.json).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    reportId: path.split('/')[2],
    parentId: null,
    author: { id: 'bob', name: 'bob' },
    body: 'Loved chapter two.',
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    mentions: [],
    editedAt: null,
    deletedAt: null,
  });
  const found = await server.ask('cid', 'GET', answer.headers.get('location') ?? '');
  expect(found.status).toBe(200);
  expect(found.json).toEqual(answer.json);
});

test('comments are listed oldest first', async () => {
  const server = await startServer();
  const path = await addReport(server);
  for (const body of ['first', 'second', 'third']) await server.ask('bob', 'POST', path, { body });
  const { json } = await server.ask('cid', 'GET', path);
  expect(json.data.map((comment: any) => comment.body)).toEqual(['first', 'second', 'third']);
  expect(json.nextCursor).toBeNull();
});

test('a report shows its own comments only', async () => {
  const server = await startServer();
  const [one, other] = [await addReport(server), await addReport(server)];
  const comment = await server.ask('bob', 'POST', one, { body: 'x' });
  expect((await server.ask('bob', 'GET', other)).json.data).toEqual([]);
  expectProblem(await server.ask('bob', 'GET', `${other}/${comment.json.id}`), 404, 'not_found');
});

test('a reply names the comment that it answers', async () => {
  const server = await startServer();
  const path = await addReport(server);
  const parent = await server.ask('bob', 'POST', path, { body: 'x', parentId: null });
  const reply = await server.ask('cid', 'POST', path, { body: 'y', parentId: parent.json.id });
  expect([reply.status, reply.json.parentId]).toEqual([201, parent.json.id]);
});

test('nobody replies to what is not under the same report', async () => {
  const server = await startServer();
  const [one, other] = [await addReport(server), await addReport(server)];
  const { json } = await server.ask('bob', 'POST', one, { body: 'x' });
  for (const parentId of [nowhere, json.id]) {
    expectProblem(await server.ask('bob', 'POST', other, { body: 'y', parentId }), 404, 'not_found');
  }
  expect((await server.ask('bob', 'GET', other)).json.data).toEqual([]);
});

test.each([
  [{}, ['/body']],
  [{ body: 7 }, ['/body']],
  [{ body: 'x', parentId: 'y' }, ['/parentId']],
  [{ body: 'x', parentId: 7 }, ['/parentId']],
  [{ body: 'x', author: 'ann' }, ['/author']],
  [{ body: '', parentId: 'y', id: 1, 'a/b~c': 2 }, ['/body', '/parentId', '/id', '/a~1b~0c']],
])('the comment %j is refused, and every fault is named: %j', async (comment, pointers) => {
  const server = await startServer();
  const path = await addReport(server);
  expectFaults(await server.ask('bob', 'POST', path, comment), ...pointers);
  expect((await server.ask('bob', 'GET', path)).json.data).toEqual([]);
});

test.each([nowhere, 'nowhere', '%00', "x'%20OR%20'1'='1"])(
  'nothing is read or written under the report %s, which is not there',
  async (id) => {
    const server = await startServer();
    const path = `/reports/${id}/comments`;
    expectProblem(await server.ask('ann', 'GET', path), 404, 'not_found');
    expectProblem(await server.ask('ann', 'GET', `${path}/${nowhere}`), 404, 'not_found');
    expectProblem(await server.ask('ann', 'POST', path, { body: 'x' }), 404, 'not_found');
  },
);

test('a comment that looks like HTML, SQL, or an event stream stays plain text', async () => {
  const server = await startServer();
  const path = await addReport(server);
  const body = `<script>alert(1)</script> '); DROP TABLE comments; --\n\nid: 1\nevent: reset\ndata: {}\n\n`;
  const { json } = await server.ask('bob', 'POST', path, { body });
  expect((await server.ask('ann', 'GET', `${path}/${json.id}`)).json.body).toBe(body);
});

test('a comment by somebody called __proto__ is one like every other', async () => {
  const server = await startServer();
  const path = await addReport(server);
  const { status, json } = await server.ask('__proto__', 'POST', path, { body: 'x' });
  expect([status, json.author.id]).toEqual([201, '__proto__']);
  const counts = await server.ask('constructor', 'GET', '/notifications/counts');
  expect(counts.json).toEqual({ unread: 0, unseen: 0 });
});
