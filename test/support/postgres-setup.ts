import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { prepareDatabase } from '../../src/store/postgres/open-postgres.ts';
import { startPostgres } from './postgres-server.ts';
import { templateName } from './postgres-template.ts';

/** Before all tests on PostgreSQL: starts a server for them, with a database to copy. It ends with the run. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  await run(`${server.url}/postgres`, `CREATE DATABASE ${templateName}`);
  await prepareDatabase(`${server.url}/${templateName}`);
  // Every copy makes its own.
  await run(`${server.url}/${templateName}`, `DELETE FROM meta WHERE key = 'epoch'`);
  provide('postgresUrl', server.url);
  return () => server.stop();
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
