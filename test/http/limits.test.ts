import { expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { expectFaults, expectProblem } from './support-problem.ts';

const maxBodyBytes = 128 * 1024;

async function addReport(server: TestServer): Promise<string> {
  const { json } = await server.ask('ann', 'POST', '/reports', { title: 'x' });
  return `/reports/${json.id}/comments`;
}

const texts = [
  ['letters', 'a'],
  ['emoji', '🎉'],
  ['Chinese characters', '漢'],
  ['line breaks', '\n'],
] as const;

test.each(texts)('a comment of 10,000 %s is kept exactly, one more is refused', async (_, character) => {
  const server = await startServer();
  const path = await addReport(server);
  const body = character.repeat(10_000);
  const { status, json } = await server.ask('bob', 'POST', path, { body });
  expect(status).toBe(201);
  const { json: kept } = await server.ask('ann', 'GET', `${path}/${json.id}`);
  expect(kept.body === body).toBe(true);
  expectFaults(await server.ask('bob', 'POST', path, { body: body + character }), '/body');
  expectFaults(await server.ask('bob', 'POST', path, { body: '' }), '/body');
});

test('an emoji that is written in escapes is one character as well', async () => {
  const server = await startServer();
  const path = await addReport(server);
  const body = (count: number) => `{"body":"${'\\ud83c\\udf89'.repeat(count)}"}`;
  const { status, json } = await server.ask('bob', 'POST', path, body(10_000));
  expect([status, json.body === '🎉'.repeat(10_000)]).toEqual([201, true]);
  expectFaults(await server.ask('bob', 'POST', path, body(10_001)), '/body');
});

test.each([
  '\r',
  '\n',
  '\r\n',
  '\n\r',
  '\u2028',
  '\u2029',
  '\u0085',
  '\v',
  '\f',
  '\ufeff',
  ' ',
  '\t',
  '\u202e',
  '\x7f',
])('the character %j is kept where it was written', async (character) => {
  const server = await startServer();
  const path = await addReport(server);
  for (const body of [character, `${character}a${character}${character}b${character}`]) {
    const { json } = await server.ask('bob', 'POST', path, { body });
    expect((await server.ask('ann', 'GET', `${path}/${json.id}`)).json.body).toBe(body);
    const list = await server.ask('ann', 'GET', '/notifications?limit=1');
    expect(list.json.data[0].comment.excerpt).toBe(body);
  }
});

test.each(['\\u0000', 'a\\u0000b', '\\ud83c', '\\udf89', '\\udf89\\ud83c', 'a\\ud83cb'])(
  'the text %s is refused: it would not come back as it was written',
  async (text) => {
    const server = await startServer();
    const path = await addReport(server);
    expectFaults(await server.ask('bob', 'POST', path, `{"body":"${text}"}`), '/body');
    expectFaults(await server.ask('bob', 'POST', '/reports', `{"title":"${text}"}`), '/title');
    const report = `{"title":"x","body":"${text}"}`;
    expectFaults(await server.ask('bob', 'POST', '/reports', report), '/body');
  },
);

test('a title has 1 to 200 characters', async () => {
  const server = await startServer();
  const title = '🎉'.repeat(200);
  expect((await server.ask('ann', 'POST', '/reports', { title })).json.title).toBe(title);
  expectFaults(await server.ask('ann', 'POST', '/reports', { title: `${title}!` }), '/title');
  expectFaults(await server.ask('ann', 'POST', '/reports', { title: '' }), '/title');
});

test("a report's body has up to 10,000 characters", async () => {
  const server = await startServer();
  const body = '🎉'.repeat(10_000);
  expect((await server.ask('ann', 'POST', '/reports', { title: 'x', body })).json.body).toBe(body);
  expectFaults(await server.ask('ann', 'POST', '/reports', { title: 'x', body: `${body}!` }), '/body');
});

test('a body of 128 KiB is read, one byte more is not', async () => {
  const server = await startServer();
  const report = (bytes: number) => '{"title":"x"}'.padEnd(bytes, ' ');
  expect((await server.ask('ann', 'POST', '/reports', report(maxBodyBytes))).status).toBe(201);
  const tooLarge = await server.ask('ann', 'POST', '/reports', report(maxBodyBytes + 1));
  expectProblem(tooLarge, 413, 'payload_too_large');
});

test('a body of unknown length is read up to 128 KiB', async () => {
  const server = await startServer();
  const headers = {
    authorization: `Bearer ${await server.token('ann')}`,
    'content-type': 'application/json',
  };
  const post = (bytes: number) => {
    const body = new Blob(['{"title":"x"}'.padEnd(bytes, ' ')]).stream();
    return fetch(`${server.url}/reports`, { method: 'POST', headers, body, duplex: 'half' });
  };
  expect((await post(maxBodyBytes)).status).toBe(201);
  const tooLarge = await post(maxBodyBytes + 1);
  expect(tooLarge.status).toBe(413);
  expect(await tooLarge.json()).toMatchObject({ code: 'payload_too_large' });
});

test('a user who writes too often is told when to go on, and nobody else is', async () => {
  const server = await startServer({ environment: { WRITES_PER_MINUTE: '3' } });
  for (let i = 0; i < 3; i++) {
    expect((await server.ask('ann', 'POST', '/reports', { title: 'x' })).status).toBe(201);
  }
  const refused = await server.ask('ann', 'POST', '/reports', { title: 'x' });
  expectProblem(refused, 429, 'rate_limited');
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);

  expect((await server.ask('ann', 'GET', '/reports')).json.data).toHaveLength(3);
  expect((await server.ask('bob', 'POST', '/reports', { title: 'x' })).status).toBe(201);
});

test('every authenticated POST counts, whatever becomes of it; marks of one’s own count apart', async () => {
  const writes = ['/reports', '/reports/x/comments', '/notifications/stream/tickets', '/session'];
  const marks = [
    '/notifications/read',
    '/notifications/seen',
    '/notifications/x/read',
    '/notifications/x/unread',
    '/notifications/x/archive',
    '/notifications/x/unarchive',
  ];
  const server = await startServer({ environment: { WRITES_PER_MINUTE: '4' } });
  const post = (path: string) => server.ask('ann', 'POST', path);
  for (const path of writes) expect((await post(path)).status).not.toBe(429);
  for (const path of writes) expectProblem(await post(path), 429, 'rate_limited');
  for (let i = 0; i < 40; i++) expect((await post(marks[i % marks.length] ?? '')).status).not.toBe(429);
  for (const path of marks) expectProblem(await post(path), 429, 'rate_limited');
  // A tenth, because each makes up to 1,000 events.
  expect((await post('/notifications/unread')).status).not.toBe(429);
  expectProblem(await post('/notifications/unread'), 429, 'rate_limited');
});

test('what is not let in is not counted', async () => {
  const server = await startServer({ environment: { WRITES_PER_MINUTE: '1' } });
  const cookie = `carillon_session=${await server.token('ann')}`;
  for (const headers of [{ authorization: 'Bearer x' }, { cookie, origin: 'https://evil.example' }]) {
    for (let i = 0; i < 3; i++) {
      const { status } = await fetch(`${server.url}/reports`, { method: 'POST', headers });
      expect([401, 403]).toContain(status);
    }
  }
  expect((await server.ask('ann', 'POST', '/reports', { title: 'x' })).status).toBe(201);
});

test('a user who opens streams too often gets ones that say so, and end', async () => {
  const server = await startServer({ environment: { STREAM_OPENINGS_PER_MINUTE: '2' } });
  const token = await server.token('ann');
  for (let i = 0; i < 2; i++) await openRawStream(server.url, { token }).waitFor('sync');
  const refused = openRawStream(server.url, { token });
  await refused.waitForEnd();
  expect(refused.head).toMatch('HTTP/1.1 200 OK');
  expect(refused.events.map(({ event, data }) => [event, data])).toEqual([['goodbye', { reason: 'busy' }]]);
  const [retry] = refused.retries;
  expect(retry).toBeGreaterThanOrEqual(30_000);
  expect(retry).toBeLessThanOrEqual(60_000);
  await openRawStream(server.url, { token: await server.token('bob') }).waitFor('sync');
});
