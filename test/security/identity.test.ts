import { expect, test } from 'vitest';
import { expectProblem } from '../http/support-problem.ts';
import { exchange, rawAnswer } from '../http/support-raw.ts';
import { ask, startServer } from '../support/server.ts';

const here = { 'sec-fetch-site': 'same-origin' };

test('two session cookies, one of them tossed in by a neighbouring host, are nobody', async () => {
  const server = await startServer();
  const [ann, eve] = [await server.token('ann'), await server.token('eve')];
  for (const cookie of [
    `carillon_session=${eve}; carillon_session=${ann}`,
    `carillon_session=${ann}; carillon_session=${eve}`,
    `carillon_session=x; theme=dark; carillon_session=${ann}`,
    `carillon_session =${eve};carillon_session=${ann}`,
  ]) {
    for (const [method, path] of [
      ['GET', '/notifications'],
      ['POST', '/reports'],
      ['GET', '/notifications/stream'],
      ['POST', '/notifications/stream/tickets'],
    ] as const) {
      const answer = await ask(`${server.url}${path}`, method, undefined, { cookie, ...here });
      expectProblem(answer, 401, 'unauthenticated');
      expect(answer.json.detail).toContain('carillon_session');
    }
    // Which can be mended by signing out; but not by another site.
    const out = await ask(`${server.url}/session`, 'DELETE', undefined, { cookie, ...here });
    expect(out.status).toBe(204);
    const evil = { cookie, origin: 'https://evil.example' };
    expectProblem(await ask(`${server.url}/session`, 'DELETE', undefined, evil), 403, 'forbidden');
  }
  // An empty one says nothing.
  const cookie = `carillon_session=; carillon_session=${ann}`;
  expect((await ask(`${server.url}/notifications`, 'GET', undefined, { cookie, ...here })).status).toBe(200);
});

test('two Authorization headers are nobody', async () => {
  const server = await startServer();
  const [ann, eve] = [await server.token('ann'), await server.token('eve')];
  for (const [first, second] of [
    [`Bearer ${ann}`, `Bearer ${eve}`],
    [`Bearer ${ann}`, 'Basic eDp5'],
    ['', `Bearer ${ann}`],
  ]) {
    const head = `GET /reports HTTP/1.1\r\nHost: x\r\nAuthorization: ${first}\r\nauthorization: ${second}`;
    const answer = rawAnswer(await exchange(server.url, `${head}\r\nConnection: close\r\n\r\n`));
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_input']);
  }
});

test('nobody is signed in as somebody else by another page', async () => {
  const server = await startServer();
  const authorization = `Bearer ${await server.token('eve')}`;
  // What another page can send without being asked for permission (a header of its own needs a preflight).
  for (const [headers, body] of [
    [{ 'content-type': 'text/plain' }, authorization],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, `authorization=${authorization}`],
    [{ 'content-type': 'text/plain' }, JSON.stringify({ authorization, token: authorization.slice(7) })],
  ] as [Record<string, string>, string][]) {
    const answer = await ask(`${server.url}/session?token=${authorization.slice(7)}`, 'POST', body, {
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
      ...headers,
    });
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
  // And the permission is not given.
  const preflight = await ask(`${server.url}/session`, 'OPTIONS', undefined, {
    origin: 'https://evil.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  });
  expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('a new session replaces the one that the browser had', async () => {
  const server = await startServer();
  const cookie = `carillon_session=${await server.token('eve')}`;
  const authorization = `Bearer ${await server.token('ann')}`;
  const answer = await ask(`${server.url}/session`, 'POST', undefined, { cookie, authorization, ...here });
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringContaining(`carillon_session=${authorization.slice(7)};`),
  ]);
});

test.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
  'the header %s changes nothing',
  async (name) => {
    const server = await startServer();
    const cookie = `carillon_session=${await server.token('ann')}`;
    for (const method of ['POST', 'DELETE', 'PUT']) {
      const headers = { cookie, [name]: method };
      const answer = await ask(`${server.url}/session?_method=${method}`, 'GET', undefined, headers);
      expectProblem(answer, 405, 'method_not_allowed');
    }
  },
);

test.each([
  'Ann',
  'ANN',
  'ann.',
  'ann%20',
  'ann/',
  '../ann',
  'ann;bob',
  'ann,bob',
  '*',
  'ann*',
  '%',
  '_nn',
  "ann'--",
])('who is called %s is not ann', async (user) => {
  const server = await startServer();
  const { json: report } = await server.ask('ann', 'POST', '/reports', { title: 'x' });
  await server.ask('bob', 'POST', `/reports/${report.id}/comments`, { body: 'for ann' });
  const { json } = await server.ask(user, 'GET', '/notifications');
  expect([json.data, json.counts]).toEqual([[], { unread: 0, unseen: 0 }]);
});
