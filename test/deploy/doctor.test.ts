import { describe, expect, test } from 'vitest';
import { checkClock } from '../../src/doctor/checks/stream.ts';
import { examine, type Examination } from '../../src/doctor/examine.ts';
import type { Code } from '../../src/doctor/finding.ts';
import { freePort } from '../support/free-port.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { caddy } from './caddy.ts';
import { startEcho } from './echo.ts';
import { nginx } from './nginx.ts';
import type { ProxyKind } from './proxy.ts';

const publishToken = 'a-publisher-of-forty-characters-or-more-0';
const origin = 'https://app.example.com';
const environment = {
  HEARTBEAT_SECONDS: '2',
  TRUST_PROXY: '1',
  ALLOWED_ORIGINS: origin,
  PUBLISH_TOKENS: `shop:${publishToken}`,
};

interface Wrong {
  /** What is changed in the configuration of the proxy. */
  readonly line?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Behind the proxy's address. */
  readonly path?: string;
  readonly found: readonly Code[];
}

const stream = 'location = /notifications/stream {';

const inNginx: Readonly<Record<string, Wrong>> = {
  'the configuration of deploy/nginx': { found: [] },
  'a stream that is buffered': {
    line: { 'proxy_buffering off;': 'proxy_ignore_headers X-Accel-Buffering;' },
    found: ['buffering'],
  },
  'a stream that is compressed': {
    line: { 'gzip off;': 'gzip on; gzip_types text/event-stream; gzip_min_length 0;' },
    found: ['compression'],
  },
  'a stream that is cut between two pings': {
    line: { 'proxy_read_timeout 60s;': 'proxy_read_timeout 1s;' },
    found: ['idle'],
  },
  'a header that is lost: Last-Event-ID': {
    line: { [stream]: `${stream} proxy_set_header Last-Event-ID "";` },
    found: ['last-event-id'],
  },
  'a header that is lost: Authorization': {
    line: { 'Connection close;': 'Connection close; proxy_set_header Authorization "";' },
    found: ['authorization'],
  },
  'a sign-in of its own': {
    line: { 'Connection close;': 'Connection close; if ($http_authorization) { return 401; }' },
    found: ['authorization'],
  },
  'a cache for the stream': { line: { [stream]: `${stream} expires 1h;` }, found: ['caching'] },
  'a cache for the rest': { line: { 'location / {': 'location / { expires 1h;' }, found: ['caching'] },
  'HTTP/1.1 alone': { line: { 'ssl http2;': 'ssl;' }, found: ['http1'] },
  'a wrong X-Forwarded-Proto': { line: { '-Proto $scheme;': '-Proto http;' }, found: ['trust-proxy'] },
  'an X-Forwarded-Proto of the client': {
    line: { '-Proto $scheme;': '-Proto $http_x_forwarded_proto;' },
    found: ['trust-proxy'],
  },
  'TRUST_PROXY that is not set': { environment: { TRUST_PROXY: '' }, found: ['trust-proxy'] },
  'CORS headers of its own': {
    line: { 'location / {': 'location / { add_header Access-Control-Allow-Origin *;' },
    found: ['cors'],
  },
  'an origin that is not allowed': { environment: { ALLOWED_ORIGINS: '' }, found: ['cors'] },
  'a path that is passed on': { path: '/carillon', found: ['path-prefix'] },
  'a path that is taken away': {
    line: { 'location / {': 'location /carillon/ { proxy_pass http://carillon/; } location / {' },
    path: '/carillon',
    found: ['path-prefix'],
  },
};

const upstream = 'lb_policy least_conn';

const inCaddy: Readonly<Record<string, Wrong>> = {
  'the configuration of deploy/caddy': { found: [] },
  'a stream that is buffered': {
    line: { [upstream]: `${upstream}\nbuffer_responses` },
    found: ['buffering'],
  },
  'a stream that is cut between two pings': {
    line: { 'dial_timeout 2s': 'dial_timeout 2s\nread_timeout 1s' },
    found: ['idle'],
  },
  'a header that is lost: Last-Event-ID': {
    line: { [upstream]: `${upstream}\nheader_up -Last-Event-ID` },
    found: ['last-event-id'],
  },
  'a header that is lost: Authorization': {
    line: { [upstream]: `${upstream}\nheader_up -Authorization` },
    found: ['authorization'],
  },
  'a cache': {
    line: { [upstream]: `${upstream}\nheader_down Cache-Control "max-age=60"` },
    found: ['caching'],
  },
  'HTTP/1.1 alone': {
    line: { 'http_port ': 'servers {\nprotocols h1\n}\nhttp_port ' },
    found: ['http1'],
  },
  'a wrong X-Forwarded-Proto': {
    line: { [upstream]: `${upstream}\nheader_up X-Forwarded-Proto http` },
    found: ['trust-proxy'],
  },
  'CORS headers of its own': {
    line: { [upstream]: `${upstream}\nheader_down Access-Control-Allow-Origin *` },
    found: ['cors'],
  },
  'a path that is passed on': { path: '/carillon', found: ['path-prefix'] },
};

/** Examines all of them at once, for most of the time they wait. */
function testDoctor(kind: ProxyKind, table: Readonly<Record<string, Wrong>>): void {
  describe(`behind ${kind.name}`, () => {
    test('each wrong line is found, and nothing else', { timeout: 120_000 }, async () => {
      const shared = await start();
      const examined = [];
      for (const [name, { line, environment: more, path = '' }] of Object.entries(table)) {
        const server = more === undefined ? shared : await start(more);
        const proxy = await kind.start([portOf(server)], line);
        examined.push({ name, server, url: new URL(proxy.url + path), user: `doctor-${examined.length}` });
      }
      const found = examined.map(async ({ name, server, ...more }) => [name, await findings(server, more)]);
      const expected = Object.entries(table).map(([name, one]) => [name, one.found]);
      expect(await Promise.all(found)).toEqual(expected);
    });

    test('processes that do not hear each other are found', async () => {
      const [first, second] = [await start(), await start()];
      const proxy = await kind.start([portOf(first), portOf(second)]);
      expect(await findings(first, { url: new URL(proxy.url), publishToken })).toEqual(['processes']);
    });
  });
}

testDoctor(nginx, inNginx);
testDoctor(caddy, inCaddy);

describe('without a proxy', () => {
  test('nothing is found on a machine for development', async () => {
    const server = await start({ TRUST_PROXY: '' });
    const report = await examine(await examination(server, { publishToken }));
    expect(report).toMatchObject({ findings: [], skipped: { http1: 'plain HTTP is for development' } });
    // What it published is gone again.
    expect((await server.ask('doctor', 'GET', '/notifications')).json.data).toEqual([]);
  });

  test('TRUST_PROXY that is set on a process that clients reach', async () => {
    expect(await findings(await start(), {})).toEqual(['trust-proxy']);
  });

  test.each([
    ['60 s ahead of', 60_000],
    ['20 s behind', -20_000],
  ])('a clock that is %s this one', (how, skew) => {
    const at = Date.now();
    const ping = (time: number) => ({ event: 'ping', data: { time: new Date(time).toISOString() }, at });
    expect(checkClock({ frames: [ping(at)] })).toEqual([]);
    const [found] = checkClock({ frames: [ping(at + skew)] });
    expect(found).toMatchObject({ code: 'clock', what: expect.stringContaining(how) as string });
  });

  test.each([
    [
      'nothing listens',
      async () => `http://127.0.0.1:${await freePort()}`,
      /does not answer: connect ECONNREFUSED/,
    ],
    ['something else listens', async () => `http://127.0.0.1:${(await startEcho()).port}`, /is not Carillon/],
  ])('an address cannot be examined when %s', async (_, address, message) => {
    const server = await start();
    await expect(findings(server, { url: new URL(await address()) })).rejects.toThrow(message);
  });

  test('a server that refuses the token cannot be examined', async () => {
    const server = await start();
    await expect(findings(server, { token: 'none' })).rejects.toThrow(
      'Carillon refuses the token (401): This is not a token.',
    );
    await expect(findings(server, { publishToken: 'none' })).rejects.toThrow(
      'Carillon refuses to publish (401)',
    );
  });
});

function start(more: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const all = Object.entries({ ...environment, ...more }).filter(([, value]) => value !== '');
  return startServer({ environment: Object.fromEntries(all) });
}

function portOf({ url }: TestServer): number {
  return Number(new URL(url).port);
}

async function examination(server: TestServer, more: Partial<Examination>): Promise<Examination> {
  const { user = 'doctor' } = more;
  const token = await server.token(user);
  return { url: new URL(server.url), token, user, origin, idleMs: 10_000, ...more };
}

async function findings(server: TestServer, more: Partial<Examination>): Promise<readonly Code[]> {
  const report = await examine(await examination(server, more));
  return report.findings.map(({ code }) => code);
}
