import { expect, test } from 'vitest';
import { ask, startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { expectProblem } from './support-problem.ts';
import { exchange, rawAnswer } from './support-raw.ts';

test.each(['/nothing', '/Reports', '/reports/x/y', '/notifications/x', '//reports', '/reports%2Fx'])(
  'at %s is nothing',
  async (path) => {
    const server = await startServer();
    expectProblem(await server.ask('ann', 'GET', path), 404, 'not_found');
  },
);

test.each([
  ['/reports', 'PUT', 'GET, HEAD, POST, OPTIONS'],
  ['/reports/x', 'PUT', 'GET, HEAD, PATCH, DELETE, OPTIONS'],
  ['/reports/x/comments', 'PATCH', 'GET, HEAD, POST, OPTIONS'],
  ['/reports/x/comments/y', 'POST', 'GET, HEAD, PATCH, DELETE, OPTIONS'],
  ['/notifications', 'POST', 'GET, HEAD, OPTIONS'],
  ['/notifications/counts', 'POST', 'GET, HEAD, OPTIONS'],
  ['/notifications/read', 'GET', 'POST, OPTIONS'],
  ['/notifications/seen', 'PUT', 'POST, OPTIONS'],
  ['/notifications/x/read', 'GET', 'POST, OPTIONS'],
  ['/notifications/x/unread', 'HEAD', 'POST, OPTIONS'],
  ['/notifications/x/archive', 'DELETE', 'POST, OPTIONS'],
  ['/notifications/x/unarchive', 'PUT', 'POST, OPTIONS'],
  ['/notifications/stream', 'POST', 'GET, HEAD, OPTIONS'],
  ['/notifications/stream/tickets', 'GET', 'POST, OPTIONS'],
  ['/session', 'GET', 'POST, DELETE, OPTIONS'],
  ['/healthz', 'POST', 'GET, HEAD, OPTIONS'],
  ['/readyz', 'DELETE', 'GET, HEAD, OPTIONS'],
  ['/metrics', 'PUT', 'GET, HEAD, OPTIONS'],
])('%s cannot be asked with %s, and says what can: %s', async (path, method, allow) => {
  const server = await startServer();
  const answer = await ask(`${server.url}${path}`, method);
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe(allow);
  if (method !== 'HEAD') expectProblem(answer, 405, 'method_not_allowed');
});

test.each(['/reports/%ff', '/reports/%', '/reports/%E0%A4%A/comments', '/notifications/%zz/read'])(
  'the URL %s, which cannot be decoded, is refused',
  async (path) => {
    const server = await startServer();
    const method = path.endsWith('read') ? 'POST' : 'GET';
    expectProblem(await server.ask('ann', method, path), 400, 'invalid_input');
  },
);

test.each([
  'http://[/reports',
  'http://x:port/reports?limit=1',
  'http://a:999999/reports?limit=1',
  'http://',
])('the target %s, which is no URL, is refused', async (target) => {
  const server = await startServer();
  await server.ask('ann', 'POST', '/reports', { title: 'x' });
  await server.ask('ann', 'POST', '/reports', { title: 'y' });
  const head = `GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await server.token('ann')}`;
  const answer = rawAnswer(await exchange(server.url, `${head}\r\nConnection: close\r\n\r\n`));
  expect([answer.status, answer.type]).toEqual([400, 'application/problem+json']);
  expect(answer.json).toMatchObject({ status: 400, code: 'invalid_input' });
});

test('a target in absolute form is read like a path', async () => {
  const server = await startServer();
  await server.ask('ann', 'POST', '/reports', { title: 'x' });
  await server.ask('ann', 'POST', '/reports', { title: 'y' });
  const token = await server.token('ann');
  const request = `GET http://elsewhere:8/reports?limit=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}`;
  const answer = rawAnswer(await exchange(server.url, `${request}\r\nConnection: close\r\n\r\n`));
  expect(answer.status).toBe(200);
  expect(answer.json.data).toHaveLength(1);
  expect(answer.head).toMatch(/^link: <\/reports\?limit=1&cursor=[^>]*>; rel="next"\r$/im);
});

test('a bug is answered by a fixed sentence, and all of it is in the log', async () => {
  const server = await startServer();
  server.store.reports = async () => {
    throw new TypeError('rows is not iterable in /srv/secret/place', {
      cause: new Error('because of the disk'),
    });
  };
  const answer = await server.ask('ann', 'GET', '/reports');
  expectProblem(answer, 500, 'internal');
  expect(answer.json.detail).toBe('Something went wrong here; it has been logged.');
  expect(JSON.stringify(answer.json)).not.toMatch(/iterable|secret|disk/);

  const id = answer.headers.get('x-request-id') ?? 'none';
  const line = server.logged.find((text) => text.includes(id) && text.includes('"level":50')) ?? '';
  expect(line).toMatch('rows is not iterable in /srv/secret/place');
  expect(line).toMatch('because of the disk');
  expect(line).toMatch('problems.test.ts'); // The stack says where.
});

test('what is thrown need not be an error', async () => {
  const server = await startServer();
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is what this test is about
  server.store.report = () => Promise.reject('out of paper');
  const path = '/reports/01900000-0000-7000-8000-000000000000';
  expectProblem(await server.ask('ann', 'GET', path), 500, 'internal');
  expect(server.logged.join('\n')).toMatch('out of paper');
});

test('an error with a status of its own is a bug like every other', async () => {
  const server = await startServer();
  server.store.reports = async () => {
    throw Object.assign(new Error('the secret sentence'), { status: 418, headers: { 'x-secret': 'y' } });
  };
  const answer = await server.ask('ann', 'GET', '/reports');
  expectProblem(answer, 500, 'internal');
  expect(answer.headers.get('x-secret')).toBeNull();
});

test('every answer is named, and the log has its name', async () => {
  const server = await startServer();
  const answers = [await server.ask('ann', 'GET', '/reports'), await ask(`${server.url}/nothing?q=hidden`)];
  for (const { headers, status } of answers) {
    const id = headers.get('x-request-id') ?? 'none';
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    await until('the line in the log', () => server.logged.some((line) => line.includes(id)));
    const line = JSON.parse(server.logged.find((text) => text.includes(id)) ?? '{}');
    expect(line).toMatchObject({ method: 'GET', status, ms: expect.any(Number) });
    expect(line.path).not.toMatch(/\?/);
  }
  expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(2);
});

test('no answer can be taken for a page', async () => {
  const server = await startServer();
  const evil = await server.ask('ann', 'GET', '/reports/%3Cscript%3Ealert(1)%3C%2Fscript%3E');
  for (const { headers } of [evil, await ask(`${server.url}/healthz`)]) {
    expect(headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  }
});
