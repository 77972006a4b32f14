import { Client } from 'pg';
import { inject, onTestFinished } from 'vitest';
import { skipTest } from './needs.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { templateName } from './postgres-template.ts';
import type {} from './provided.ts';

let made = 0;

/** A database for one test, migrated and without a row, which goes away with it. @returns its URL */
export function temporaryDatabase(): Promise<string> {
  return makeDatabase(templateName);
}

/** A database for one test that has not even a table. @returns its URL */
export function emptyDatabase(): Promise<string> {
  return makeDatabase('template1');
}

async function makeDatabase(template: string): Promise<string> {
  const name = `test_${process.pid}_${++made}`;
  const url = databaseUrl(name);
  // The other strategy takes twice as long, for the copy and for the drop.
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  onTestFinished(() => onServer(`DROP DATABASE ${name} WITH (FORCE)`));
  return url;
}

const databases = new Map<string, Promise<string>>();

/** The database that belongs to `folder`, for a second server on the same data. @returns its URL */
export function databaseOf(folder: string): Promise<string> {
  const known = databases.get(folder);
  if (known !== undefined) return known;
  const url = temporaryDatabase();
  databases.set(folder, url);
  onTestFinished(() => void databases.delete(folder));
  return url;
}

/** The URL of the database `name` on the tests' server. */
export function databaseUrl(name: string): string {
  return `${serverUrl()}/${name}`;
}

/** Where the run's server is. Where there is none, the test is skipped with the reason. */
function serverUrl(): string {
  const postgres = inject('postgres');
  return 'url' in postgres ? postgres.url : skipTest(postgres.missing);
}

/** Starts a server that belongs to one test, which may stop it; it ends with the test. */
export async function ownPostgres(): Promise<PostgresServer> {
  serverUrl(); // It skips the test where there is no PostgreSQL.
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  return server;
}

/** Runs one statement on the server, beside any database of a test. */
export async function onServer(text: string): Promise<void> {
  const client = await connect(databaseUrl('postgres'));
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** A connection, which is closed with the test unless it was before. */
export async function openClient(url: string): Promise<Client> {
  const client = await connect(url);
  onTestFinished(() => client.end());
  return client;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'carillon-test',
    options: '-c search_path="$user",carillon,public',
  });
  client.on('error', () => undefined); // Tests cut connections; a query tells whoever runs one.
  await client.connect();
  return client;
}
