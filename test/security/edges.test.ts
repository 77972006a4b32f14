import { expect, test } from 'vitest';
import { expectProblem } from '../http/support-problem.ts';
import { exchange, rawAnswer } from '../http/support-raw.ts';
import { ask, startServer, type TestServer } from '../support/server.ts';

async function raw(server: TestServer, line: string, headers: readonly string[] = []) {
  const authorization = `Authorization: Bearer ${await server.token('ann')}`;
  const head = [line, 'Host: x', authorization, 'Connection: close', ...headers].join('\r\n');
  return rawAnswer(await exchange(server.url, Buffer.from(`${head}\r\n\r\n`, 'latin1')));
}

test('headers are read up to 16 KiB, a URL among them, whatever shape they have', async () => {
  const server = await startServer();
  const shapes: ((bytes: number) => [line: string, headers: string[]])[] = [
    (bytes) => ['GET /healthz HTTP/1.1', [`X: ${'x'.repeat(bytes)}`]],
    (bytes) => [`GET /healthz?${'x'.repeat(bytes)} HTTP/1.1`, []],
    (bytes) => ['GET /healthz HTTP/1.1', [`Cookie: ${'a=b; '.repeat(bytes / 5)}x=y`]],
    (bytes) => ['GET /healthz HTTP/1.1', Array<string>(bytes / 1_000).fill(`X: ${'x'.repeat(995)}`)],
  ];
  for (const shape of shapes) {
    expect((await raw(server, ...shape(15_000))).status).toBe(200);
    const refused = await raw(server, ...shape(17_000));
    expect([refused.status, refused.json.code]).toEqual([431, 'headers_too_large']);
  }
});

test('no header is dropped in silence, however many there are', async () => {
  const server = await startServer();
  // A proxy says at the end for whom it asks; what is before it must not push that out.
  for (const count of [10, 500, 950, 1_500, 2_500]) {
    const many = Array<string>(count).fill('a: b');
    const { status } = await raw(server, 'GET /metrics HTTP/1.1', [...many, 'X-Forwarded-For: 192.0.2.1']);
    expect([403, 431]).toContain(status);
  }
});

test.each([
  '/reports/..%2f..%2fmetrics',
  '/reports/%2e%2e/metrics',
  '/reports/../metrics',
  '/./metrics/..',
  '//metrics',
  '/%2fmetrics',
  '/metrics%2f',
  '/metrics%00',
  '/metrics;a=b',
  '/METRICS',
  '/metrics/%2e',
  '\\metrics',
  '/reports\\..\\metrics',
  '/notifications/%2e%2e/reports',
  '/notifications/..;/reports',
  '/notifications%2fcounts',
  '/%6eotifications%00',
  '/reports/%c0%ae%c0%ae/x',
  '/reports/%252e%252e',
  'http://x/a/../metrics',
  'http://x/%2e%2e/metrics',
  'http://x/%2E/metrics',
  'http://x//metrics',
  'http://x\\metrics',
  'http://x/a\\..\\metrics',
  'http://x/metrics#a',
  'http:/metrics',
  'http:metrics',
  'http:///metrics',
])('by way of %s one gets nowhere', async (path) => {
  const server = await startServer();
  const { status, json } = await raw(server, `GET ${path} HTTP/1.1`);
  expect([400, 404]).toContain(status);
  expect(json.code).toMatch(/^(invalid_input|not_found)$/);
});

test('a proxy rule for a path covers every way to write it that is answered', async () => {
  const server = await startServer();
  // What a proxy compares with may differ in these, so none of them may lead to a stream or a write.
  for (const path of [
    '/Notifications/Stream',
    '/notifications//stream',
    '/notifications/./stream',
    '/notifications/stream;x',
  ]) {
    expect((await raw(server, `GET ${path} HTTP/1.1`)).status).toBe(404);
  }
});

test('what Host or a proxy that nobody trusts says is repeated nowhere', async () => {
  const server = await startServer();
  const { json: report } = await server.ask('ann', 'POST', '/reports', { title: 'x' });
  await server.ask('ann', 'POST', '/reports', { title: 'y' });
  const evil = [
    'Host: evil.example',
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Proto: https',
    'Forwarded: host=evil.example',
    'X-Original-URL: /metrics',
    'X-Rewrite-URL: /metrics',
  ];
  const authorization = `Authorization: Bearer ${await server.token('ann')}`;
  const body = '{"body":"x"}';
  for (const line of [
    'GET /reports?limit=1',
    `POST /reports/${report.id}/comments`,
    'POST /session',
    'GET /nowhere',
    'DELETE /session',
  ]) {
    const isComment = line.includes('comments');
    const more = isComment ? ['Content-Type: application/json', `Content-Length: ${body.length}`] : [];
    const head = [`${line} HTTP/1.1`, ...evil, authorization, 'Connection: close', ...more].join('\r\n');
    const text = await exchange(server.url, `${head}\r\n\r\n${isComment ? body : ''}`);
    expect(text).not.toMatch(/evil/i);
    expect(text).not.toMatch(/; Secure/i);
    expect(text).not.toMatch(/carillon_streams_open/);
  }
});

test('only a trusted proxy is believed, and of what it says only its own part', async () => {
  const behind = await startServer({ environment: { TRUST_PROXY: '10.0.0.0/8' } });
  const answer = await behind.ask('ann', 'POST', '/session', undefined, { 'x-forwarded-proto': 'https' });
  // This request comes from loopback, which is not in 10.0.0.0/8.
  expect(answer.headers.getSetCookie().join()).not.toContain('Secure');
  const trusting = await startServer({ environment: { TRUST_PROXY: '1' } });
  for (const spoofed of ['https', 'https, http', 'http, https']) {
    const { headers } = await trusting.ask('ann', 'POST', '/session', undefined, {
      'x-forwarded-proto': spoofed,
    });
    expect(headers.getSetCookie()).toHaveLength(1);
  }
  // Whoever pretends to be at this machine is not.
  for (const address of ['127.0.0.1', '::1', 'localhost', '127.0.0.1, 192.0.2.1', '']) {
    for (const name of ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'Via']) {
      for (const server of [behind, trusting]) {
        expect((await raw(server, 'GET /metrics HTTP/1.1', [`${name}: ${address}`])).status).toBe(403);
      }
    }
  }
});

test('no answer may be kept by a cache, or be one for another user', async () => {
  const server = await startServer();
  const { json: report } = await server.ask('ann', 'POST', '/reports', { title: 'x' });
  for (const [method, path] of [
    ['GET', '/reports'],
    ['GET', `/reports/${report.id}`],
    ['GET', '/reports/nowhere.css'],
    ['GET', '/notifications'],
    ['GET', '/notifications/x.js'],
    ['HEAD', '/notifications/stream'],
    ['POST', '/session'],
    ['PUT', '/reports'],
    ['OPTIONS', '/reports'],
    ['GET', '/healthz'],
    ['GET', '/%'],
  ] as const) {
    for (const user of ['ann', undefined]) {
      const more: Record<string, string> = user === undefined ? { authorization: '' } : {};
      const { headers } = await server.ask('ann', method, path, undefined, more);
      expect(headers.get('cache-control'), `${method} ${path}`).toContain('no-store');
      expect(headers.get('vary')).toMatch(/\borigin\b/i);
      expect(headers.get('etag')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  }
});

test.each([
  ['Range: bytes=0-1', 200],
  ['Range: bytes=0-,0-,0-,0-', 200],
  ['If-Range: "x"', 200],
  ['Expect: 100-continue', 200],
  ['Upgrade: websocket', 200],
  ['Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__', 200],
  ['Accept: text/html', 200],
  ['Accept-Encoding: gzip;q=1e400, *;q=-1', 200],
  ['Content-Type: application/json', 200],
  ['Content-Encoding: gzip', 200],
  ['TE: trailers', 200],
  ['Via: 1.1 x', 200],
  ['Proxy-Authorization: Basic eDp5', 200],
])('the header %s changes nothing in the answer', async (header, expected) => {
  const server = await startServer();
  const { json } = await server.ask('ann', 'GET', '/notifications');
  const answer = await raw(server, 'GET /notifications HTTP/1.1', [header]);
  const text = answer.head.startsWith('HTTP/1.1 100') ? undefined : answer.json;
  if (text !== undefined) expect([answer.status, text]).toEqual([expected, json]);
});

test('TRACE tells nothing of what it was sent', async () => {
  const server = await startServer();
  for (const path of ['/reports', '/', '*', '/nowhere']) {
    const { status, json } = await raw(server, `TRACE ${path} HTTP/1.1`, ['X-Secret: marker']);
    expect([404, 405]).toContain(status);
    expect(JSON.stringify(json)).not.toMatch(/marker|Bearer/);
  }
});

test('a connection is good for more after each error, or it is closed', async () => {
  const server = await startServer();
  const authorization = `Authorization: Bearer ${await server.token('ann')}\r\n`;
  const requests = [
    ['GET /nowhere', ''],
    ['PUT /reports', ''],
    ['POST /reports', '{'],
    ['POST /reports', '{"title":1}'],
    ['POST /notifications/read', '{"ids":[]}'],
    ['GET /reports?limit=0', ''],
    ['GET /reports/%ff', ''],
  ] as const;
  const text = requests
    .map(
      ([line, body]) =>
        `${line} HTTP/1.1\r\nHost: x\r\n${authorization}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    .join('');
  const last = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const answers = await exchange(server.url, text + last);
  const statuses = Array.from(answers.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => status);
  expect(statuses).toEqual(['404', '405', '400', '400', '400', '400', '400', '200']);
});

test.each([
  ['a key twice', '{"title":"first","title":"second"}', 201],
  ['a number beyond all numbers', '{"title":1e999999}', 400],
  ['a number of 100,000 digits', `{"title":${'9'.repeat(100_000)}}`, 400],
  ['a list that says how long it is', '{"title":{"length":1e9}}', 400],
  ['40,000 ids', `{"ids":[${Array(40_000).fill('""').join(',')}]}`, 400],
  ['10,000 fields', `{${Array.from({ length: 10_000 }, (_, i) => `"f${i}":0`).join(',')}}`, 400],
  ['60,000 levels', `{"title":${'['.repeat(60_000)}${']'.repeat(60_000)}}`, 400],
])('%s: one answer, and it is short', async (_, body, status) => {
  const server = await startServer();
  for (const path of ['/reports', '/notifications/read']) {
    const answer = await server.ask('ann', 'POST', path, body);
    if (path === '/reports') expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.json).length).toBeLessThan(12_000);
    if (answer.status === 201) expect(answer.json.title).toBe('second');
  }
  expect((await ask(`${server.url}/healthz`)).status).toBe(200);
});

test.each(['GET', 'POST'])(
  'a preflight with whatever it asks for allows a stranger nothing: %s',
  async (method) => {
    const server = await startServer({ environment: { ALLOWED_ORIGINS: 'https://app.example.com' } });
    for (const origin of [
      'https://evil.example',
      'null',
      'https://app.example.com.',
      'https://app.example.com@evil.example',
      'HTTPS://APP.EXAMPLE.COM',
      'https://app.example.com:443',
      'https://app.example.com%00',
      'file://',
      'https://аpp.example.com',
    ]) {
      for (const more of [
        {},
        { 'access-control-request-private-network': 'true' },
        { 'access-control-request-headers': '*' },
      ] as Record<string, string>[]) {
        const text = await raw(server, 'OPTIONS /reports HTTP/1.1', [
          `Origin: ${Buffer.from(origin).toString('latin1')}`,
          `Access-Control-Request-Method: ${method}`,
          ...Object.entries(more).map(([name, value]) => `${name}: ${value}`),
        ]);
        expect(text.head).not.toMatch(/access-control/i);
      }
    }
  },
);

test('what a browser cannot say of itself does not let a cookie in', async () => {
  const server = await startServer({ environment: { ALLOWED_ORIGINS: 'https://app.example.com' } });
  const cookie = `carillon_session=${await server.token('ann')}`;
  const evil = 'https://evil.example';
  const app = 'https://app.example.com';
  for (const headers of [
    { origin: evil, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    { origin: evil, referer: `${app}/` },
    { origin: evil, 'x-requested-with': 'XMLHttpRequest' },
    { origin: `${evil}, ${app}` },
    { origin: `${app}.`, 'sec-fetch-site': 'cross-site' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { referer: `${app}/`, 'sec-fetch-site': 'cross-site' },
    { referer: `${app}/` },
    { 'sec-fetch-site': 'same-origin, cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]) {
    const answer = await ask(`${server.url}/reports`, 'POST', { title: 'x' }, { cookie, ...headers });
    expectProblem(answer, 403, 'forbidden');
  }
  expect((await server.ask('ann', 'GET', '/reports')).json.data).toEqual([]);
});
