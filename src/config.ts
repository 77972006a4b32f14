import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { StartError } from './domain/errors.ts';
import { openFileLimit } from './open-files.ts';

/** A whole number of at least `least`. */
const whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most);

const SqliteUrl = z
  .string()
  .regex(/^file:(?:\/\/\/.|[^/]|\/[^/])/)
  .transform((url, context) => {
    if (!url.startsWith('file://')) return resolve(url.slice('file:'.length));
    try {
      return fileURLToPath(url);
    } catch {
      // An escape that cannot be decoded, or one of a slash.
      context.issues.push({ code: 'custom', message: 'No path.', input: url });
      return z.NEVER;
    }
  })
  .transform((path) => ({ dialect: 'sqlite' as const, path }));

const PostgresUrl = z
  .string()
  .regex(/^postgres(?:ql)?:\/\//)
  // A database that is not named would be the one that has the name of the user.
  .refine((url) => (URL.parse(url)?.pathname.length ?? 0) > 1)
  .transform((url) => ({ dialect: 'postgres' as const, url }));

const DatabaseUrl = z.union([SqliteUrl, PostgresUrl]);

const Origin = z.string().refine((value) => {
  const url = URL.parse(value);
  // A URL may have a star in its host, but here it would stand for nothing but itself.
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === value && !value.includes('*');
});

/** Any page on this machine: `localhost` and the names below it are never anywhere else (RFC 6761, section 6.3). */
const localOrigin = /^https?:\/\/(?:(?:[\w-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/** A comma-separated list; spaces around the commas do not count. */
const list = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(z.array(item));

const Cidr = z.string().refine((value) => {
  // Express refuses a prefix of 0: who trusts everybody can say so with a number of proxies.
  const [, address = '', prefix] = /^([^/]+)(?:\/([1-9]\d{0,2}))?$/.exec(value) ?? [];
  const bits = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && Number(prefix ?? bits) <= bits;
});

const RedisUrl = z.string().refine((value) => {
  const url = URL.parse(value);
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '') return false;
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    return false; // An escape that cannot be decoded.
  }
  return /^(?:\/\d{0,5})?$/.test(url.pathname) && url.search === '' && url.hash === '';
});

/** `<name>:<token>,…` */
const Publishers = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .pipe(
    z.array(
      z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}:[\x21-\x2b\x2d-\x7e]{32,}$/)
        .transform((pair) => {
          const [name = '', ...token] = pair.split(':');
          return { name, token: token.join(':') };
        }),
    ),
  )
  .refine((publishers) => new Set(publishers.map(({ name }) => name)).size === publishers.length)
  .refine((publishers) => new Set(publishers.map(({ token }) => token)).size === publishers.length);

const HttpUrl = z.string().refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''));
const Secret = z.string().refine((value) => Buffer.byteLength(value) >= 32);
const OnOff = z.enum(['on', 'off']).transform((value) => value === 'on');
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

interface Variable<T> {
  readonly schema: z.ZodType<T, string>;
  /** What a right value is, as the end of the sentence "expected …". */
  readonly expected: string;
  /** Whether its value must not be shown. */
  readonly isSecret?: true;
}

function variable<T>(
  schema: z.ZodType<T, string>,
  expected: string,
  options?: { isSecret: true },
): Variable<T> {
  return { schema, expected, ...options };
}

const variables = {
  NODE_ENV: variable(z.string(), 'a word such as production'),
  HOST: variable(z.string().regex(/^\S+$/), 'a host name or IP address'),
  PORT: variable(whole(0, 65_535), 'a port from 0 (any that is free) to 65535'),
  DATABASE_URL: variable(
    DatabaseUrl,
    'file:<path> of a SQLite database, such as file:data/carillon.db, or postgres://<user>:<password>@<host>/<database>',
  ),
  REDIS_URL: variable(RedisUrl, 'redis://[[user]:password@]host[:port], or the same with rediss:// for TLS'),
  JWT_SECRET: variable(Secret, '32 bytes or more, such as `openssl rand -base64 32` prints', {
    isSecret: true,
  }),
  JWKS_URL: variable(HttpUrl, 'an http or https URL'),
  JWT_ISSUER: variable(z.string(), 'the `iss` of the tokens'),
  JWT_AUDIENCE: variable(z.string(), 'the `aud` of the tokens'),
  ALLOWED_ORIGINS: variable(
    list(Origin),
    'exact origins, separated by commas, such as https://app.example.com',
  ),
  TRUST_PROXY: variable(
    z.union([whole(0, 100), list(Cidr)]),
    'the number of proxies in front, or their addresses as CIDRs, separated by commas, such as 10.0.0.0/8',
  ),
  MAX_STREAMS: variable(whole(1), 'a whole number from 1'),
  MAX_STREAMS_PER_USER: variable(whole(1), 'a whole number from 1'),
  WRITES_PER_MINUTE: variable(whole(1), 'a whole number from 1'),
  STREAM_OPENINGS_PER_MINUTE: variable(whole(1), 'a whole number from 1'),
  HEARTBEAT_SECONDS: variable(whole(1, 3600), 'a whole number of seconds from 1 to 3600'),
  STREAM_MAX_AGE_SECONDS: variable(whole(1, 1_000_000), 'a whole number of seconds from 1 to 1000000'),
  RETENTION_DAYS: variable(whole(1, 100_000), 'a whole number of days from 1 to 100000'),
  METRICS_TOKEN: variable(z.string().regex(/^[\x21-\x7e]+$/), 'printable ASCII without spaces', {
    isSecret: true,
  }),
  LIVE_PAGE: variable(OnOff, 'on or off'),
  API_PAGE: variable(OnOff, 'on or off'),
  OPERATOR_TOKEN: variable(
    z.string().regex(/^[\x21-\x7e]{32,}$/),
    '32 or more printable ASCII characters without spaces, such as `openssl rand -base64 32` prints',
    { isSecret: true },
  ),
  PUBLISH_TOKENS: variable(
    Publishers,
    '<name>:<token>, separated by commas; names of letters, digits, - and _, each once; tokens of 32 or more printable ASCII characters without commas or spaces',
    { isSecret: true },
  ),
  PUBLISHES_PER_MINUTE: variable(whole(1), 'a whole number from 1'),
  GROUP_COMMENTS: variable(z.enum(['none', 'report']), 'none or report'),
  LOG_LEVEL: variable(z.enum(logLevels), `one of ${logLevels.join(', ')}`),
};

export type Name = keyof typeof variables;

/** Every environment variable that there is. */
export const variableNames: readonly string[] = Object.keys(variables);

/** What a right value of a variable is, as the end of the sentence "expected …". */
export function expectedOf(name: Name): string {
  return variables[name].expected;
}

type Values = { [K in Name]: (typeof variables)[K] extends Variable<infer T> ? T | undefined : never };

/** Everything that can be set from outside; docs/configuration.md explains each. */
export type Config = ReturnType<typeof readConfig>;

/** Where the values come from, when that is not the environment. */
interface Source {
  /** What a variable is called there. */
  readonly nameOf: (name: string) => string;
  /** Whether an application says who is signed in, so that tokens need no key. */
  readonly hasOwnSignIn: boolean;
}

const fromEnvironment: Source = { nameOf: (name) => name, hasOwnSignIn: false };

/** What the environment says of where this process runs, such as `production`. */
export function nodeEnvironment(): string | undefined {
  return process.env['NODE_ENV'];
}

/**
 * Reads the configuration from environment variables; an empty one counts as not set.
 *
 * @param openFiles how many files this process may have open.
 * @throws StartError that names the variable, what it holds, and what is expected.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  openFiles = openFileLimit(),
  { nameOf, hasOwnSignIn } = fromEnvironment,
) {
  // Each value is parsed by the schema of its own name, which is what `Values` says.
  const values = Object.fromEntries(
    (variableNames as readonly Name[]).map((name) => [name, parse(name, environment[name], nameOf(name))]),
  ) as Values;

  const isProduction = values.NODE_ENV === 'production';
  if (values.JWT_SECRET !== undefined && values.JWKS_URL !== undefined) {
    throw new StartError(
      `${nameOf('JWT_SECRET')} and ${nameOf('JWKS_URL')} are both set; expected one of them: tokens are verified in one way.`,
    );
  }
  const hasKey = values.JWT_SECRET !== undefined || values.JWKS_URL !== undefined;
  if (isProduction && !hasKey && !hasOwnSignIn) {
    throw new StartError(
      `${nameOf('JWT_SECRET')} is not set; expected it (32 bytes or more) or ${nameOf('JWKS_URL')}, because ${nameOf('NODE_ENV')} is production.`,
    );
  }
  return {
    isProduction,
    host: values.HOST ?? '127.0.0.1',
    port: values.PORT ?? 3000,
    database: values.DATABASE_URL ?? { dialect: 'sqlite' as const, path: resolve('data/carillon.db') },
    redisUrl: values.REDIS_URL,
    jwt: {
      secret: values.JWT_SECRET,
      jwksUrl: values.JWKS_URL,
      issuer: values.JWT_ISSUER,
      audience: values.JWT_AUDIENCE,
    },
    allowedOrigins: values.ALLOWED_ORIGINS ?? (isProduction ? [] : [localOrigin]),
    trustProxy: values.TRUST_PROXY ?? 0,
    maxStreams: values.MAX_STREAMS ?? Math.floor(0.8 * openFiles),
    maxStreamsPerUser: values.MAX_STREAMS_PER_USER ?? 12,
    writesPerMinute: values.WRITES_PER_MINUTE ?? 60,
    streamOpeningsPerMinute: values.STREAM_OPENINGS_PER_MINUTE ?? 30,
    heartbeatSeconds: values.HEARTBEAT_SECONDS ?? 15,
    streamMaxAgeSeconds: values.STREAM_MAX_AGE_SECONDS ?? 600,
    retentionDays: values.RETENTION_DAYS ?? 90,
    metricsToken: values.METRICS_TOKEN,
    livePage: values.LIVE_PAGE ?? !isProduction,
    apiPage: values.API_PAGE ?? !isProduction,
    operatorToken: values.OPERATOR_TOKEN,
    publishers: values.PUBLISH_TOKENS ?? [],
    groupComments: values.GROUP_COMMENTS ?? ('none' as const),
    publishesPerMinute: values.PUBLISHES_PER_MINUTE ?? 6_000,
    logLevel: values.LOG_LEVEL ?? ('info' as const),
  };
}

/**
 * Where the database is that a command was given as its option `name`.
 * @throws StartError that names the option, what it holds, and what is expected.
 */
export function databaseAt(name: string, url: string): Config['database'] {
  return parse('DATABASE_URL', url, name) as Config['database'];
}

function parse(name: Name, value: string | undefined, shownName: string = name): unknown {
  if (value === undefined || value === '') return undefined;
  const { schema, expected, isSecret }: Variable<unknown> = variables[name];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // The password in a URL is nobody's business either.
  const shown = JSON.stringify(
    value.replace(/^(\w+:\/\/)?.*@/s, '$1***@').replace(/(password=)[^&]*/gi, '$1***'),
  );
  const held = isSecret === true ? `${Buffer.byteLength(value)} bytes` : shown;
  throw new StartError(`${shownName} holds ${held}; expected ${expected}.`);
}
