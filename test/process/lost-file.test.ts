import { copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { signToken } from '../../src/http/token.ts';
import { spawnServer } from '../support/process.ts';
import { ask, secret, temporaryFolder } from '../support/server.ts';

const rules = { issuer: undefined, audience: undefined };
const ann = { authorization: `Bearer ${await signToken({ id: 'ann', name: 'Ann' }, 3600, secret, rules)}` };
const addReport = (url: string) => ask(`${url}/reports`, 'POST', { title: 'Reading list' }, ann);

test('a server whose database file is deleted answers no post with 201, and ends with 1', async () => {
  const folder = temporaryFolder();
  const server = await spawnServer(folder, { LOG_LEVEL: 'info' });
  expect((await addReport(server.url)).status).toBe(201);
  for (const name of readdirSync(folder)) if (name.startsWith('carillon.db')) rmSync(join(folder, name));
  expect((await addReport(server.url)).status).toBe(503);
  expect(await server.exited).toBe(1);
  expect(server.output()).toContain(
    'carillon.db was deleted, moved, or replaced while the server was using it',
  );
});

test('a server whose database file is replaced is not ready, ends with 1, and leaves the new file whole', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'carillon.db');
  const first = await spawnServer(folder);
  await addReport(first.url); // Beside the one that a first start makes.
  first.child.kill('SIGTERM');
  await first.exited;
  const other = join(folder, 'other.db');
  copyFileSync(path, other);

  const server = await spawnServer(folder);
  for (let i = 0; i < 20; i++) await addReport(server.url);
  renameSync(other, path);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  expect(await server.exited).toBe(1);
  const database = new Database(path);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.prepare('SELECT count(*) FROM reports').pluck().get()).toBe(2);
  database.close();
});
