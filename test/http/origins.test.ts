import { expect, test } from 'vitest';
import { ask, startServer, type TestServer } from '../support/server.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { expectProblem } from './support-problem.ts';

const app = 'https://app.example.com';
const environment = { ALLOWED_ORIGINS: `${app}, http://localhost:5173` };

const lookAlikes = [
  'https://app.example.com.evil.example',
  'https://evil-app.example.com',
  'https://app.example.com:8443',
  'https://app.example.com:443',
  'https://app.example.com/',
  'https://APP.example.com',
  'http://app.example.com',
  'https://example.com',
  'https://appxexample.com',
  'http://localhost',
  'null',
  '*',
  `${app}, ${app}`,
];

async function cookie(server: TestServer): Promise<string> {
  return `carillon_session=${await server.token('ann')}`;
}

/** Reads and writes with the session cookie. @returns both statuses */
async function statuses(server: TestServer, headers: Record<string, string>): Promise<[number, number]> {
  const all = { cookie: await cookie(server), ...headers };
  const read = await ask(`${server.url}/notifications`, 'GET', undefined, all);
  const write = await ask(`${server.url}/reports`, 'POST', { title: 'x' }, all);
  return [read.status, write.status];
}

test.each([
  [{ origin: app }, [200, 201]],
  [{ origin: 'http://localhost:5173', 'sec-fetch-site': 'cross-site' }, [200, 201]],
  [{ origin: app, 'sec-fetch-site': 'same-site' }, [200, 201]],
  [{ 'sec-fetch-site': 'same-origin' }, [200, 201]],
  [{ 'sec-fetch-site': 'none' }, [200, 201]],
  [{ origin: 'https://carillon.example.com', 'sec-fetch-site': 'same-origin' }, [200, 201]],
  [{}, [200, 403]],
  [{ 'sec-fetch-site': 'same-site' }, [403, 403]],
  [{ 'sec-fetch-site': 'cross-site' }, [403, 403]],
  [{ 'sec-fetch-site': '' }, [403, 403]],
  [{ 'sec-fetch-site': 'Same-Origin' }, [403, 403]],
  [{ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, [403, 403]],
  [{ origin: 'https://evil.example' }, [403, 403]],
  [{ origin: '' }, [403, 403]],
] as const)('with the cookie and %j reading and writing are answered %j', async (headers, expected) => {
  const server = await startServer({ environment });
  expect(await statuses(server, headers)).toEqual(expected);
});

test.each(lookAlikes)('the origin %s is not an allowed one', async (origin) => {
  const server = await startServer({ environment });
  const headers = { cookie: await cookie(server), origin };
  const answer = await ask(`${server.url}/notifications`, 'GET', undefined, headers);
  expectProblem(answer, 403, 'forbidden');
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  expect((await server.ask('ann', 'GET', '/reports')).json.data).toEqual([]);
});

test('without a list no other origin is allowed in production', async () => {
  const server = await startServer({ environment: { NODE_ENV: 'production' } });
  expect(await statuses(server, { origin: app })).toEqual([403, 403]);
  expect(await statuses(server, { origin: server.url })).toEqual([403, 403]);
  expect(await statuses(server, { origin: 'http://localhost:5173' })).toEqual([403, 403]);
});

test('without a list the pages of this machine are allowed in development, and no others', async () => {
  const server = await startServer();
  expect(await statuses(server, { origin: 'http://localhost:5173' })).toEqual([200, 201]);
  expect(await statuses(server, { origin: app })).toEqual([403, 403]);
  const { headers } = await ask(`${server.url}/healthz`, 'GET', undefined, {
    origin: 'http://localhost:5173',
  });
  expect(headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
});

const refusals = ({ logged }: TestServer) =>
  logged.flatMap((line) => /A page of .*?(?=")/.exec(line)?.[0] ?? []);

test('one line in the log says which origin is missing from ALLOWED_ORIGINS, once an hour', async () => {
  let ms = Date.now();
  const server = await startServer({ environment, now: () => ms });
  const other = 'https://other.example.com';
  for (let i = 0; i < 3; i++) {
    await server.ask('ann', 'GET', '/notifications', undefined, { origin: other });
    await server.ask('ann', 'GET', '/notifications', undefined, { origin: app });
    await server.ask('ann', 'GET', '/notifications', undefined, { origin: server.url });
    await server.ask('ann', 'GET', '/notifications');
  }
  const line = `A page of ${other} was refused: if it is yours, add ${other} to ALLOWED_ORIGINS.`;
  expect(refusals(server)).toEqual([line]);
  ms += 61 * 60_000;
  await ask(`${server.url}/notifications`, 'GET', undefined, { origin: other });
  expect(refusals(server)).toEqual([line, line]);
});

test('one line in the log says that a page of an allowed origin has no session', async () => {
  const server = await startServer({ environment });
  const url = `${server.url}/notifications/counts`;
  await ask(url, 'GET', undefined, { origin: app, cookie: await cookie(server) });
  expect(refusals(server)).toEqual([]);
  for (let i = 0; i < 2; i++) await ask(url, 'GET', undefined, { origin: app });
  expect(refusals(server)).toEqual([expect.stringContaining('POST /session')]);
});

test('origins that a client makes up fill no log', async () => {
  const server = await startServer({ environment });
  const asked = (origin: string) => ask(`${server.url}/healthz`, 'GET', undefined, { origin });
  for (const origin of ['x', 'null', 'https://A.example', `https://${'a'.repeat(200)}.example`])
    await asked(origin);
  expect(refusals(server)).toEqual([]);
  for (let i = 0; i < 30; i++) await asked(`https://${i}.example`);
  expect(refusals(server)).toHaveLength(20);
});

test('every write with the cookie is guarded', async () => {
  const server = await startServer({ environment });
  const headers = { cookie: await cookie(server), origin: 'https://evil.example' };
  for (const [method, path] of [
    ['POST', '/reports'],
    ['POST', '/reports/x/comments'],
    ['POST', '/notifications/read'],
    ['POST', '/notifications/seen'],
    ['POST', '/notifications/x/archive'],
    ['POST', '/notifications/stream/tickets'],
    ['POST', '/session'],
    ['DELETE', '/session'],
  ] as const) {
    expectProblem(await ask(`${server.url}${path}`, method, undefined, headers), 403, 'forbidden');
  }
});

test('the stream is guarded as well, HEAD included', async () => {
  const server = await startServer({ environment });
  const ours = await cookie(server);
  const evil = { cookie: ours, origin: 'https://evil.example' };
  for (const method of ['GET', 'HEAD']) {
    const answer = await fetch(`${server.url}/notifications/stream`, { method, headers: evil });
    expect(answer.status).toBe(403);
    await answer.text();
  }
  const stream = openRawStream(server.url, { headers: [`Cookie: ${ours}`, `Origin: ${app}`] });
  await stream.waitFor('sync');
  expect(stream.head).toMatch(new RegExp(`access-control-allow-origin: ${app}\r\n`, 'i'));
  expect(stream.head).toMatch(/access-control-allow-credentials: true\r\n/i);
});

test('what no browser sends by itself works from anywhere, but stays unreadable there', async () => {
  const server = await startServer({ environment });
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const written = await server.ask('ann', 'POST', '/reports', { title: 'x' }, headers);
  expect(written.status).toBe(201);
  expect(written.headers.get('access-control-allow-origin')).toBeNull();
});

test('an allowed origin may read the answer, whatever it says', async () => {
  const server = await startServer({ environment });
  const headers = { origin: app };
  const nothing = await ask(`${server.url}/nothing`, 'GET', undefined, headers);
  for (const answer of [
    await server.ask('ann', 'GET', '/reports', undefined, headers),
    await server.ask('ann', 'POST', '/reports', {}, headers),
    await ask(`${server.url}/reports`, 'GET', undefined, headers),
    nothing,
  ]) {
    expect(answer.headers.get('access-control-allow-origin')).toBe(app);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    expect(answer.headers.get('vary')).toMatch(/\borigin\b/i);
    const exposed = (answer.headers.get('access-control-expose-headers') ?? '').toLowerCase().split(',');
    expect(exposed).toEqual(
      expect.arrayContaining(['carillon-user', 'link', 'location', 'retry-after', 'x-request-id']),
    );
  }
  expectProblem(nothing, 404, 'not_found');
});

test('an answer differs by origin, and says so to caches', async () => {
  const server = await startServer({ environment });
  for (const headers of [{}, { origin: 'https://evil.example' }]) {
    const answer = await server.ask('ann', 'GET', '/reports', undefined, headers);
    expect(answer.headers.get('vary')).toMatch(/\borigin\b/i);
  }
});

const preflight = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type,idempotency-key,if-match,last-event-id',
};

test('a preflight from an allowed origin is answered without a credential', async () => {
  const server = await startServer({ environment });
  for (const path of ['/reports', '/session', '/notifications/stream', '/notifications/read']) {
    const answer = await ask(`${server.url}${path}`, 'OPTIONS', undefined, { origin: app, ...preflight });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(app);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    const methods = (answer.headers.get('access-control-allow-methods') ?? '').split(',');
    expect(methods).toEqual(expect.arrayContaining(['GET', 'POST', 'DELETE']));
    const allowed = (answer.headers.get('access-control-allow-headers') ?? '').toLowerCase();
    expect(allowed).toBe(preflight['access-control-request-headers']);
  }
});

test.each(['https://evil.example', ...lookAlikes])('a preflight from %s allows nothing', async (origin) => {
  const server = await startServer({ environment });
  const { headers } = await ask(`${server.url}/reports`, 'OPTIONS', undefined, { origin, ...preflight });
  expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
});

test('OPTIONS that is no preflight says which methods there are', async () => {
  const server = await startServer({ environment });
  const answer = await ask(`${server.url}/reports`, 'OPTIONS', undefined, { origin: app });
  expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
});
