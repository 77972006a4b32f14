import { expect, test } from 'vitest';
import { ask, startServer, type TestServer } from '../support/server.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { expectProblem } from './support-problem.ts';

function asked(server: TestServer, headers: Record<string, string>, path = '/reports', method = 'GET') {
  return ask(`${server.url}${path}`, method, undefined, headers);
}

async function ticketOf(server: TestServer, user: string): Promise<string> {
  return (await server.ask(user, 'POST', '/notifications/stream/tickets')).json.ticket as string;
}

test('whoever shows no credential is asked for one', async () => {
  const server = await startServer();
  for (const [method, path] of [
    ['GET', '/reports'],
    ['POST', '/reports'],
    ['GET', '/reports/x'],
    ['GET', '/reports/x/comments'],
    ['POST', '/reports/x/comments'],
    ['GET', '/reports/x/comments/y'],
    ['GET', '/notifications'],
    ['GET', '/notifications/counts'],
    ['POST', '/notifications/read'],
    ['POST', '/notifications/seen'],
    ['POST', '/notifications/x/read'],
    ['POST', '/notifications/x/unread'],
    ['POST', '/notifications/x/archive'],
    ['POST', '/notifications/x/unarchive'],
    ['POST', '/notifications/stream/tickets'],
    ['GET', '/notifications/stream'],
    ['POST', '/session'],
  ] as const) {
    const answer = await asked(server, {}, path, method);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  }
});

test('who is not let in has their body read by nobody', async () => {
  const server = await startServer();
  expectProblem(await ask(`${server.url}/reports`, 'POST', '{'), 401, 'unauthenticated');
  expectProblem(await ask(`${server.url}/reports`, 'POST', 'x'.repeat(200_000)), 401, 'unauthenticated');
});

test('the name of the scheme is read in any case', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer  ']) {
    expect((await asked(server, { authorization: `${scheme} ${token}` })).status).toBe(200);
  }
});

test('an Authorization header of another shape is refused', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  for (const authorization of [
    '',
    token,
    'Bearer',
    `Basic ${token}`,
    `Bearer ${token} ${token}`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer${token}`,
    `Token token="${token}"`,
  ]) {
    expectProblem(await asked(server, { authorization }), 401, 'unauthenticated');
  }
});

test('the session cookie is a credential among other cookies', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  for (const cookie of [
    `carillon_session=${token}`,
    `theme=dark; carillon_session=${token}; lang=en`,
    `broken=%E0%A4%A; carillon_session=${token}`,
  ]) {
    expect((await asked(server, { cookie })).status).toBe(200);
  }
  for (const cookie of [
    'carillon_session=',
    'carillon_session=x',
    `Carillon_Session=${token}`,
    `xcarillon_session=${token}`,
    'carillon_session=%E0%A4%A',
    '__proto__=x',
    ';;;=',
  ]) {
    expectProblem(await asked(server, { cookie }), 401, 'unauthenticated');
  }
});

test('the header comes before the cookie, and a bad one is not passed over', async () => {
  const server = await startServer();
  const cookie = `carillon_session=${await server.token('bob')}`;
  const authorization = `Bearer ${await server.token('ann')}`;
  const added = await ask(`${server.url}/reports`, 'POST', { title: 'x' }, { authorization, cookie });
  expect(added.json.owner.id).toBe('ann');
  expectProblem(await asked(server, { authorization: 'Bearer x', cookie }), 401, 'unauthenticated');
  expectProblem(await asked(server, { authorization: 'Basic eDp5', cookie }), 401, 'unauthenticated');
});

test('a bad cookie does no harm beside a good header', async () => {
  const server = await startServer();
  const headers = { authorization: `Bearer ${await server.token('ann')}`, cookie: 'carillon_session=x' };
  expect((await asked(server, headers)).status).toBe(200);
});

/** Whose stream opens: the one that hears of a comment on this report. */
async function opens(server: TestServer, options: Parameters<typeof openRawStream>[1]): Promise<string> {
  const stream = openRawStream(server.url, options);
  await stream.waitFor('sync');
  for (const [owner, writer] of [
    ['ann', 'cid'],
    ['bob', 'cid'],
  ] as const) {
    const { json } = await server.ask(owner, 'POST', '/reports', { title: owner });
    await server.ask(writer, 'POST', `/reports/${json.id}/comments`, { body: 'x' });
  }
  const { data } = await stream.waitFor('notification');
  return data.notification.report.title as string;
}

test('on a stream the header comes before the ticket, which is not used up', async () => {
  const server = await startServer();
  const query = `?ticket=${await ticketOf(server, 'bob')}`;
  expect(await opens(server, { token: await server.token('ann'), query })).toBe('ann');
  expect(await opens(server, { query })).toBe('bob');
});

test('on a stream the ticket comes before the cookie, and a bad one is not passed over', async () => {
  const server = await startServer();
  const headers = [`Cookie: carillon_session=${await server.token('ann')}`];
  expect(await opens(server, { headers })).toBe('ann');
  expect(await opens(server, { headers, query: `?ticket=${await ticketOf(server, 'bob')}` })).toBe('bob');
  for (const query of ['?ticket=', '?ticket=x', '?ticket=a&ticket=b']) {
    const cookie = `carillon_session=${await server.token('ann')}`;
    expectProblem(await asked(server, { cookie }, `/notifications/stream${query}`), 401, 'unauthenticated');
  }
});

test('a token in the query is none', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  for (const name of ['token', 'access_token', 'ticket', 'authorization', 'carillon_session']) {
    const answer = await asked(server, {}, `/notifications/stream?${name}=${token}`);
    expectProblem(answer, 401, 'unauthenticated');
  }
});

test('an answer says whom it is for, the stream included; a refusal does not', async () => {
  const server = await startServer();
  const token = await server.token('ann');
  const credentials = [{ authorization: `Bearer ${token}` }, { cookie: `carillon_session=${token}` }];
  for (const headers of credentials) {
    const answer = await asked(server, headers, '/notifications/counts');
    expect(answer.headers.get('carillon-user')).toBe('ann');
  }
  const stream = openRawStream(server.url, { token });
  await stream.waitFor('sync');
  expect(stream.head).toMatch(/^carillon-user: ann$/im);
  expect((await asked(server, {})).headers.get('carillon-user')).toBeNull();
});
