import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { StartError } from '../src/domain/errors.ts';
import { isAllowed } from '../src/http/origins.ts';
import { startServer } from './support/server.ts';

/** The line with which this environment stops the start. */
function refusalOf(environment: Record<string, string>): string {
  try {
    readConfig(environment, 1000);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return (error as StartError).message;
  }
  throw new Error(`It started with ${JSON.stringify(environment)}.`);
}

const defaults = {
  isProduction: false,
  host: '127.0.0.1',
  port: 3000,
  database: { dialect: 'sqlite', path: resolve('data/carillon.db') },
  redisUrl: undefined,
  jwt: { secret: undefined, jwksUrl: undefined, issuer: undefined, audience: undefined },
  allowedOrigins: [expect.any(RegExp)],
  trustProxy: 0,
  maxStreams: 800,
  maxStreamsPerUser: 12,
  writesPerMinute: 60,
  streamOpeningsPerMinute: 30,
  heartbeatSeconds: 15,
  streamMaxAgeSeconds: 600,
  retentionDays: 90,
  metricsToken: undefined,
  livePage: true,
  apiPage: true,
  operatorToken: undefined,
  publishers: [],
  publishesPerMinute: 6000,
  groupComments: 'none',
  logLevel: 'info',
};

test('everything has a default', () => {
  expect(readConfig({}, 1000)).toEqual(defaults);
});

test('an empty value counts as not set', () => {
  const names =
    'HOST PORT DATABASE_URL REDIS_URL JWT_SECRET JWKS_URL JWT_ISSUER JWT_AUDIENCE ALLOWED_ORIGINS';
  const others =
    'TRUST_PROXY MAX_STREAMS WRITES_PER_MINUTE RETENTION_DAYS METRICS_TOKEN OPERATOR_TOKEN PUBLISH_TOKENS PUBLISHES_PER_MINUTE GROUP_COMMENTS LIVE_PAGE API_PAGE LOG_LEVEL NODE_ENV';
  const environment = Object.fromEntries(`${names} ${others}`.split(' ').map((name) => [name, '']));
  expect(readConfig(environment, 1000)).toEqual(defaults);
});

test('everything can be set', () => {
  const secret = 'ß'.repeat(16); // 32 bytes
  const environment = {
    NODE_ENV: 'production',
    HOST: '::',
    PORT: '0',
    DATABASE_URL: 'file:///var/lib/carillon%20data/carillon.db',
    JWT_SECRET: secret,
    JWT_ISSUER: 'https://id.example.com',
    JWT_AUDIENCE: 'carillon',
    ALLOWED_ORIGINS: 'https://app.example.com , http://localhost:5173,http://[::1]:8080',
    TRUST_PROXY: '10.0.0.0/8, 2001:db8::/32 ,127.0.0.1',
    MAX_STREAMS: '1',
    MAX_STREAMS_PER_USER: '2',
    WRITES_PER_MINUTE: '3',
    STREAM_OPENINGS_PER_MINUTE: '4',
    HEARTBEAT_SECONDS: '5',
    STREAM_MAX_AGE_SECONDS: '6',
    RETENTION_DAYS: '7',
    METRICS_TOKEN: 'open-sesame',
    LIVE_PAGE: 'on',
    API_PAGE: 'on',
    OPERATOR_TOKEN: 'o'.repeat(32),
    PUBLISH_TOKENS: `shop:${'s'.repeat(32)}, blog:${'b:'.repeat(16)}`,
    PUBLISHES_PER_MINUTE: '8',
    GROUP_COMMENTS: 'report',
    REDIS_URL: 'rediss://carillon:p%40ss@cache:6380/2',
    LOG_LEVEL: 'debug',
    UNKNOWN: 'is ignored',
  };
  expect(readConfig(environment, 1000)).toEqual({
    isProduction: true,
    host: '::',
    port: 0,
    database: { dialect: 'sqlite', path: '/var/lib/carillon data/carillon.db' },
    redisUrl: 'rediss://carillon:p%40ss@cache:6380/2',
    jwt: { secret, jwksUrl: undefined, issuer: 'https://id.example.com', audience: 'carillon' },
    allowedOrigins: ['https://app.example.com', 'http://localhost:5173', 'http://[::1]:8080'],
    trustProxy: ['10.0.0.0/8', '2001:db8::/32', '127.0.0.1'],
    maxStreams: 1,
    maxStreamsPerUser: 2,
    writesPerMinute: 3,
    streamOpeningsPerMinute: 4,
    heartbeatSeconds: 5,
    streamMaxAgeSeconds: 6,
    retentionDays: 7,
    metricsToken: 'open-sesame',
    livePage: true,
    apiPage: true,
    operatorToken: 'o'.repeat(32),
    publishers: [
      { name: 'shop', token: 's'.repeat(32) },
      { name: 'blog', token: 'b:'.repeat(16) },
    ],
    publishesPerMinute: 8,
    groupComments: 'report',
    logLevel: 'debug',
  });
});

test.each([
  ['http://localhost', true],
  ['http://localhost:5173', true],
  ['https://app.localhost:8443', true],
  ['http://127.0.0.1:8080', true],
  ['http://[::1]:8080', true],
  ['http://localhost.evil.example', false],
  ['http://evil-localhost', false],
  ['http://127.0.0.1.evil.example', false],
  ['http://127.0.0.2', false],
  ['http://localhost:5173/', false],
  ['http://user@localhost', false],
  ['null', false],
  ['https://app.example.com', false],
])(
  'without a list, pages of %s are allowed in development: %s; in production none are',
  (origin, isLocal) => {
    const isListed = (environment: Record<string, string>) =>
      isAllowed(readConfig({ JWT_SECRET: 'x'.repeat(32), ...environment }, 1000).allowedOrigins, origin);
    expect(isListed({})).toBe(isLocal);
    expect(isListed({ NODE_ENV: 'production' })).toBe(false);
    expect(isListed({ ALLOWED_ORIGINS: 'https://other.example.com' })).toBe(false);
  },
);

test.each([
  ['LIVE_PAGE', 'livePage'],
  ['API_PAGE', 'apiPage'],
] as const)(
  'in production a page is off unless %s is on, elsewhere it is on unless that is off',
  (name, page) => {
    const production = { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) };
    expect(readConfig(production, 1000)[page]).toBe(false);
    expect(readConfig({ ...production, [name]: 'on' }, 1000)[page]).toBe(true);
    expect(readConfig({ [name]: 'off' }, 1000)[page]).toBe(false);
  },
);

test.each([
  ['file:data/x.db', resolve('data/x.db')],
  ['file:./x.db', resolve('x.db')],
  ['file:/srv/x.db', '/srv/x.db'],
  ['file:///srv/x.db', '/srv/x.db'],
])('the database %s is the file %s', (url, path) => {
  expect(readConfig({ DATABASE_URL: url }, 1000).database).toEqual({ dialect: 'sqlite', path });
});

test.each([
  'postgres://db/carillon',
  'postgresql://carillon:hunter2@db:5433/carillon?sslmode=verify-full',
  'postgres:///carillon?host=/run/postgresql&user=carillon',
])('the database %s is one of PostgreSQL', (url) => {
  expect(readConfig({ DATABASE_URL: url }, 1000).database).toEqual({ dialect: 'postgres', url });
});

test.each([
  ['HOST', 'a host'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '3000.0'],
  ['PORT', '0x10'],
  ['PORT', ' 3000'],
  ['PORT', 'http'],
  ['PORT', '3000\nJWT_SECRET=x'],
  ['DATABASE_URL', 'file:'],
  ['DATABASE_URL', 'data/carillon.db'],
  ['DATABASE_URL', 'file://host/carillon.db'],
  ['DATABASE_URL', 'file:///a%zz'],
  ['DATABASE_URL', 'file:///a%2Fb'],
  ['DATABASE_URL', 'sqlite:x'],
  ['DATABASE_URL', 'postgres:db/carillon'],
  ['DATABASE_URL', 'postgres://db'],
  ['DATABASE_URL', 'postgres://db/'],
  ['DATABASE_URL', 'postgres://db:port/carillon'],
  ['DATABASE_URL', 'mysql://db/carillon'],
  ['LIVE_PAGE', 'yes'],
  ['API_PAGE', 'yes'],
  ['REDIS_URL', 'cache:6379'],
  ['REDIS_URL', 'http://cache'],
  ['REDIS_URL', 'redis://'],
  ['REDIS_URL', 'redis://cache/first'],
  ['REDIS_URL', 'redis://cache?x=1'],
  ['JWKS_URL', 'id.example.com/keys'],
  ['JWKS_URL', 'file:///keys'],
  ['ALLOWED_ORIGINS', '*'],
  ['ALLOWED_ORIGINS', 'null'],
  ['ALLOWED_ORIGINS', 'app.example.com'],
  ['ALLOWED_ORIGINS', 'https://app.example.com/'],
  ['ALLOWED_ORIGINS', 'https://app.example.com:443'],
  ['ALLOWED_ORIGINS', 'https://App.example.com'],
  ['ALLOWED_ORIGINS', 'https://*.example.com'],
  ['ALLOWED_ORIGINS', 'https://app.example.com,'],
  ['ALLOWED_ORIGINS', 'https://app.example.com https://b.example.com'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', '-1'],
  ['TRUST_PROXY', '101'],
  ['TRUST_PROXY', 'loopback'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '10.0.0.0/8/9'],
  ['TRUST_PROXY', '10.0.0.0/'],
  ['TRUST_PROXY', '10.0.0/8'],
  ['TRUST_PROXY', '0.0.0.0/0'],
  ['TRUST_PROXY', '::/0'],
  ['TRUST_PROXY', '::/129'],
  ['TRUST_PROXY', '10.0.0.1,,10.0.0.2'],
  ['MAX_STREAMS', '0'],
  ['MAX_STREAMS', '1e3'],
  ['MAX_STREAMS_PER_USER', '0'],
  ['WRITES_PER_MINUTE', '0'],
  ['WRITES_PER_MINUTE', '9'.repeat(16)],
  ['STREAM_OPENINGS_PER_MINUTE', '1.5'],
  ['HEARTBEAT_SECONDS', '0'],
  ['HEARTBEAT_SECONDS', '3601'],
  ['STREAM_MAX_AGE_SECONDS', '0'],
  ['STREAM_MAX_AGE_SECONDS', '1000001'],
  ['RETENTION_DAYS', '0'],
  ['RETENTION_DAYS', 'ninety'],
  ['LOG_LEVEL', 'verbose'],
])('%s cannot hold %j, and one line says what it can', (name, value) => {
  const line = refusalOf({ [name]: value });
  expect(line).toMatch(/^[A-Z_]+ holds ".*"; expected \S.*\.$/);
  expect(line.startsWith(`${name} holds ${JSON.stringify(value)};`)).toBe(true);
});

test.each([
  ['JWT_SECRET', 'only-31-bytes-are-not-enough-xx'],
  ['METRICS_TOKEN', 'open sesame'],
  ['METRICS_TOKEN', 'öffne-dich'],
  ['OPERATOR_TOKEN', 'only-31-characters-are-too-few-'],
  ['OPERATOR_TOKEN', `${'x'.repeat(40)} y`],
])('%s is not shown when it is wrong', (name, value) => {
  const line = refusalOf({ [name]: value });
  expect(line).toMatch(new RegExp(`^${name} holds ${Buffer.byteLength(value)} bytes; expected .*\\.$`));
  expect(line).not.toContain(value.slice(0, 5));
});

test.each([
  ['DATABASE_URL', 'postgres://carillon:hunter2@db'],
  ['DATABASE_URL', 'postgres://carillon:hunter2/x@db/carillon'],
  ['DATABASE_URL', 'postgres://carillon:hunter2@x@db'],
  ['DATABASE_URL', 'postgres://db?user=carillon&password=hunter2&ssl=true'],
  ['DATABASE_URL', 'mysql://carillon:hunter2@db/carillon'],
  ['DATABASE_URL', 'postgres:carillon:hunter2@db'],
  ['REDIS_URL', 'redis://:hunter2@cache/x'],
  ['REDIS_URL', 'redis://:hunter2%zz@cache'],
  ['REDIS_URL', 'redis://:hunter2/x@cache'],
  ['JWKS_URL', 'ftp://carillon:hunter2@id.example.com'],
  ['ALLOWED_ORIGINS', 'https://carillon:hunter2@app.example.com'],
])('a password in %s is not shown: %s', (name, value) => {
  const line = refusalOf({ [name]: value });
  expect(line).toMatch(new RegExp(`^${name} holds ".*"; expected .*\\.$`));
  expect(line).not.toContain('hunter2');
});

test('there is one way to verify tokens', () => {
  const secret = 'x'.repeat(32);
  const line = refusalOf({ JWT_SECRET: secret, JWKS_URL: 'https://id.example.com/keys' });
  expect(line).toMatch(/JWT_SECRET.*JWKS_URL/);
  expect(line).not.toContain(secret);
});

test('production needs a way to verify tokens', () => {
  expect(refusalOf({ NODE_ENV: 'production' })).toMatch(/^JWT_SECRET is not set.*JWKS_URL.*production\.$/);
  expect(readConfig({ NODE_ENV: 'production', JWKS_URL: 'https://x/keys' }, 1).jwt.jwksUrl).toBe(
    'https://x/keys',
  );
});

test.each([
  '0',
  '1',
  '100',
  '10.0.0.1',
  '10.0.0.0/8',
  '10.0.0.0/32',
  '0.0.0.0/1',
  '::1',
  '::/1',
  'fe80::/10',
  '::ffff:10.0.0.0/104',
])('a server starts behind the proxies %s', async (proxies) => {
  const server = await startServer({ environment: { TRUST_PROXY: proxies } });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test('the limit of streams follows the limit of open files', () => {
  expect(readConfig({}, 1024).maxStreams).toBe(819);
  expect(readConfig({}, Infinity).maxStreams).toBe(Infinity);
});
