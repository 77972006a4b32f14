import { expect, test } from 'vitest';
import { ask, startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { claims, seconds, sign } from './support-keys.ts';
import { expectProblem } from './support-problem.ts';

const path = '/notifications/stream/tickets';

async function ticketOf(server: TestServer, user = 'ann'): Promise<string> {
  return (await server.ask(user, 'POST', path)).json.ticket as string;
}

async function expectUseless(server: TestServer, ticket: string): Promise<void> {
  const answer = await ask(`${server.url}/notifications/stream?ticket=${encodeURIComponent(ticket)}`);
  expectProblem(answer, 401, 'unauthenticated');
}

test('a ticket is good for thirty seconds, and says so', async () => {
  const now = Date.now();
  const server = await startServer({ now: () => now });
  const { status, json } = await server.ask('ann', 'POST', path);
  expect(status).toBe(201);
  expect(json).toEqual({
    ticket: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    expiresAt: new Date(now + 30_000).toISOString(),
  });
});

test('a ticket opens one stream', async () => {
  const server = await startServer();
  const ticket = await ticketOf(server);
  const stream = openRawStream(server.url, { query: `?ticket=${ticket}` });
  await stream.waitFor('sync');
  await expectUseless(server, ticket);
  expect(stream.ended).toBe(false);
});

test('of two who come with the same ticket, one is let in', async () => {
  const server = await startServer();
  const query = `?ticket=${await ticketOf(server)}`;
  const streams = Array.from({ length: 5 }, () =>
    openRawStream(server.url, { query, headers: ['Connection: close'] }),
  );
  await Promise.all(
    streams.map((stream) =>
      Promise.race([stream.waitForEnd(), stream.waitFor('sync').catch(() => undefined)]),
    ),
  );
  const statuses = streams.map(({ head }) => head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
  expect(statuses.sort()).toEqual(['200', '401', '401', '401', '401']);
});

test('a ticket is no good after thirty seconds', async () => {
  let now = Date.now();
  const server = await startServer({ now: () => now });
  const [early, late] = [await ticketOf(server), await ticketOf(server)];
  now += 29_999;
  await openRawStream(server.url, { query: `?ticket=${early}` }).waitFor('sync');
  now += 1;
  await expectUseless(server, late);
});

test.each([
  ['fractions, as PyJWT writes them', { iat: seconds(-1) + 0.123_456_7, exp: seconds(600) + 0.987_654_3 }],
  ['an iat of long before', { iat: -1e300 }],
  ['an iat that is no whole number before 1970', { iat: -1.000_123 }],
])('a token whose times have %s gets a ticket, and its stream', async (_, times) => {
  const server = await startServer();
  const authorization = `Bearer ${await sign(claims(times))}`;
  const answer = await ask(`${server.url}${path}`, 'POST', undefined, { authorization });
  expect(answer.status).toBe(201);
  await openRawStream(server.url, { query: `?ticket=${answer.json.ticket}` }).waitFor('sync');
  expect((await ask(`${server.url}/session`, 'POST', undefined, { authorization })).status).toBe(204);
});

test('a ticket ends with the token that it was given for', async () => {
  let now = Date.now();
  const server = await startServer({ now: () => now });
  const exp = seconds(10);
  const authorization = `Bearer ${await sign(claims({ exp }))}`;
  const { json } = await ask(`${server.url}${path}`, 'POST', undefined, { authorization });
  expect(Date.parse(json.expiresAt)).toBe(exp * 1000);
  now = exp * 1000;
  await expectUseless(server, json.ticket);
});

test('a ticket can be had with the cookie, and keeps who asked for it', async () => {
  const server = await startServer();
  const cookie = `carillon_session=${await server.token('bob')}`;
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  const { status, json } = await ask(`${server.url}${path}`, 'POST', undefined, headers);
  expect(status).toBe(201);
  const stream = openRawStream(server.url, { query: `?ticket=${json.ticket}` });
  await stream.waitFor('sync');
  const report = await server.ask('bob', 'POST', '/reports', { title: 'x' });
  await server.ask('ann', 'POST', `/reports/${report.json.id}/comments`, { body: 'y' });
  expect((await stream.waitFor('notification')).data.notification.report.id).toBe(report.json.id);
});

test('a ticket opens nothing but a stream', async () => {
  const server = await startServer();
  const ticket = await ticketOf(server);
  for (const [method, where] of [
    ['GET', '/notifications'],
    ['GET', '/reports'],
    ['POST', path],
    ['POST', '/session'],
  ] as const) {
    expectProblem(await ask(`${server.url}${where}?ticket=${ticket}`, method), 401, 'unauthenticated');
  }
  const headers = { authorization: `Bearer ${ticket}` };
  expectProblem(await ask(`${server.url}/reports`, 'GET', undefined, headers), 401, 'unauthenticated');
});

test('a ticket outlives a restart, as the client does that holds it', async () => {
  const folder = temporaryFolder();
  const before = await startServer({ folder });
  const ticket = await ticketOf(before);
  await before.close();
  const after = await startServer({ folder });
  await openRawStream(after.url, { query: `?ticket=${ticket}` }).waitFor('sync');
  await expectUseless(after, ticket);
});

test('a ticket that never was opens nothing', async () => {
  const server = await startServer();
  const ticket = await ticketOf(server);
  for (const wrong of ['', 'x', 'A'.repeat(43), `${ticket} `, ticket.slice(1), `${ticket}=`, "' OR 1=1 --"]) {
    await expectUseless(server, wrong);
  }
  // And guessing has not used up the real one.
  await openRawStream(server.url, { query: `?ticket=${ticket}` }).waitFor('sync');
});

test('a ticket is asked for without a body', async () => {
  const server = await startServer();
  expect((await server.ask('ann', 'POST', path, {})).status).toBe(201);
  expectProblem(await server.ask('ann', 'POST', path, { user: 'bob' }), 400, 'invalid_input');
});
