import { join } from 'node:path';
import { signToken } from '../../src/http/token.ts';
import { startWorker } from '../load/rpc.ts';
import type { WritersMethods } from '../load/writers.ts';
import { settleDatabase } from './database.ts';
import { startNode } from './process.ts';

/** The root of this tree. */
export const ownTree = new URL('../../', import.meta.url);
const secret = 'a secret of the benchmark alone, 32 bytes or more';
/** The token of the application that publishes. */
export const publishToken = 'publisher-of-the-benchmark-alone-1';
const tokenSeconds = 3600;

/** A database in which each user has a report, made once, and the tokens of everybody. */
export interface CarillonSeed {
  readonly main: URL;
  readonly database: string;
  readonly reportIds: readonly string[];
  readonly ownerTokens: readonly string[];
  readonly writerTokens: readonly string[];
}

/** What the benchmark sets; everything else is as it comes. */
export function environment(database: string): Record<string, string> {
  return environmentAt(`file:${database}`);
}

export function environmentAt(databaseUrl: string): Record<string, string> {
  return {
    ...limits,
    JWT_SECRET: secret,
    PUBLISH_TOKENS: `shop:${publishToken}`,
    PORT: '0',
    DATABASE_URL: databaseUrl,
  };
}

/** One user writes as much here as thousands do elsewhere, and has as many tabs. */
export const limits = {
  WRITES_PER_MINUTE: '1000000000',
  PUBLISHES_PER_MINUTE: '1000000000',
  STREAM_OPENINGS_PER_MINUTE: '1000000000',
  MAX_STREAMS: '19000',
  MAX_STREAMS_PER_USER: '19000',
};

/**
 * Lets `owners` users write a report each, through the API, so that nothing here knows how they are stored.
 *
 * @param tree whose server it is: a folder with `src/main.ts`
 */
export async function makeSeed(
  folder: string,
  owners: number,
  writers: number,
  tree = ownTree,
): Promise<CarillonSeed> {
  const main = new URL('src/main.ts', tree);
  const database = join(folder, 'seed.db');
  const ownerTokens = await tokens('u', owners);
  const writerTokens = await tokens('w', writers);
  const reportIds = await addReports(main, folder, environment(database), ownerTokens, writerTokens);
  settleDatabase(database);
  return { main, database, reportIds, ownerTokens, writerTokens };
}

/** Starts a server with this environment, lets each owner write a report, and stops it. @returns the reports' ids */
export async function addReports(
  main: URL,
  folder: string,
  environment: Record<string, string>,
  ownerTokens: readonly string[],
  writerTokens: readonly string[],
): Promise<string[]> {
  const server = await startNode(main, folder, environment);
  const worker = startWorker<WritersMethods>(new URL('../load/writers.ts', import.meta.url));
  try {
    const host = `Host: 127.0.0.1:${server.port}`;
    const places = [{ host: '127.0.0.1', port: server.port }] as const;
    await worker.ask('connect', { places: [...places], paths: [], writers: writerTokens, areEvents: false });
    const answers = await worker.ask('create', {
      path: '/reports',
      bodies: ownerTokens.map((_, i) => JSON.stringify({ title: `Reading list ${i}` })),
      headers: ownerTokens.map((token) => `${host}\r\nAuthorization: Bearer ${token}`),
    });
    return answers.map((body) => (JSON.parse(body) as { id: string }).id);
  } finally {
    await worker.close();
    await server.stop();
  }
}

function tokens(prefix: string, count: number): Promise<string[]> {
  const rules = { issuer: undefined, audience: undefined };
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      signToken({ id: `${prefix}${i}`, name: `${prefix}${i}` }, tokenSeconds, secret, rules),
    ),
  );
}
