import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { pino } from 'pino';
import { type Carillon, startCarillon } from '../../src/carillon.ts';
import { readConfig } from '../../src/config.ts';
import { signToken, type TokenRules } from '../../src/http/token.ts';
import { faultsOfAnswer } from './conformance.ts';
import { collectLog } from './log-collector.ts';
import { secret } from './secret.ts';

export { secret };

/** A server of its own for one test, on a port that was free. */
export interface TestServer extends Carillon {
  /** What the server logged, a JSON object a line. */
  readonly logged: readonly string[];
  /** Makes a token for `user`. */
  token(user: string, options?: { name?: string; ttlSeconds?: number }): Promise<string>;
  /** Asks as `user`, who has a valid token; a body goes out as JSON. */
  ask(
    user: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; undefined when there is none. */
  readonly json: any;
}

export interface ServerOptions {
  /** Environment variables on top of a free port, a fresh database, generous limits, and the test's secret. */
  readonly environment?: Record<string, string>;
  /** The database's folder, for a second server on the same data; a fresh one unless given. */
  readonly folder?: string;
  readonly tokenRules?: Partial<TokenRules>;
  readonly now?: () => number;
}

/**
 * Starts a server in this process, on a real database (of the kind that the test's project is for) and real sockets; it
 * ends with the test.
 */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? temporaryFolder();
  const logged: string[] = [];
  const collect = collectLog();
  const database = await databaseFor(folder);
  const config = readConfig(environmentFor(folder, { ...database, ...options.environment }), 20_000);
  const tokenRules: TokenRules = {
    key: { secret },
    issuer: config.jwt.issuer,
    audience: config.jwt.audience,
    ...options.tokenRules,
  };
  const carillon = await startCarillon(config, {
    tokenRules,
    log: pino(
      { level: 'debug' },
      {
        write: (line: string) => {
          logged.push(line);
          collect(line);
        },
      },
    ),
    now: options.now ?? Date.now,
    onFailure: (cause) => logged.push(String(cause)),
  });
  onTestFinished(() => carillon.close());
  const token: TestServer['token'] = (user, { name = user, ttlSeconds = 600 } = {}) =>
    signToken({ id: user, name }, ttlSeconds, secret, tokenRules);
  return {
    ...carillon,
    logged,
    token,
    ask: async (user, method, path, body, headers = {}) =>
      ask(`${carillon.url}${path}`, method, body, {
        authorization: `Bearer ${await token(user)}`,
        ...headers,
      }),
  };
}

/** What a server needs in its environment for its database in `folder`: on PostgreSQL, what stands for the file. */
export async function databaseFor(folder: string): Promise<Record<string, string>> {
  if (process.env['CARILLON_TEST_DATABASE'] !== 'postgres') return {};
  const { databaseOf } = await import('./postgres.ts');
  return { DATABASE_URL: await databaseOf(folder) };
}

/** The environment of a server on a SQLite database in `folder`. */
export function environmentFor(folder: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    PORT: '0',
    DATABASE_URL: `file:${join(folder, 'carillon.db')}`,
    JWT_SECRET: secret,
    WRITES_PER_MINUTE: '1000000',
    STREAM_OPENINGS_PER_MINUTE: '1000000',
    ...more,
  };
}

/** Sends one request; a string body goes out as it is, anything else as JSON. */
export async function ask(
  url: string,
  method = 'GET',
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  const { status, headers: answered } = response;
  const faults = faultsOfAnswer(method, new URL(url).pathname, status, answered, json);
  if (faults.length > 0) throw new Error(`Not as /openapi.json says: ${faults.join('; ')}`);
  return { status, headers: answered, json };
}

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
