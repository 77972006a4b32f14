import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addReport } from '../contract/store/bench.ts';
import { until } from '../support/wait.ts';
import { openHandle, openStoreAt, refusalOf, temporaryPath } from './handles.ts';

const served = 'another Carillon process serves already';

test('a database that is served is refused to a second one, and free again after closing', async () => {
  const path = temporaryPath();
  const { store } = await openStoreAt(path);
  for (let i = 0; i < 2; i++) expect(refusalOf(path)).toContain(served);
  // The refused ones took nothing away.
  await addReport(store);
  expect(refusalOf(path)).toContain(served);
  await store.close();
  expect((await (await openStoreAt(path)).store.reports({ limit: 20 })).data).toHaveLength(1);
});

test('a served database is refused under another name as well', async () => {
  const path = temporaryPath();
  await openStoreAt(path);
  const link = join(dirname(path), 'link.db');
  symlinkSync(path, link);
  expect(refusalOf(link)).toContain(served);
});

test('a database that is served is refused under a second name, and free again without it', async () => {
  const path = temporaryPath();
  const { store } = await openStoreAt(path);
  const link = join(dirname(path), 'link.db');
  linkSync(path, link);
  expect(refusalOf(link)).toContain('has 2 names (hard links)');
  await store.close();
  expect(refusalOf(path)).toContain('has 2 names (hard links)');
  rmSync(link);
  await (await openStoreAt(path)).store.probe();
});

test('two databases in one folder do not stand in each other’s way', async () => {
  const path = temporaryPath();
  await openStoreAt(path);
  await (await openStoreAt(`${path}-2`)).store.probe();
});

test('a served database can be read by others meanwhile', async () => {
  const path = temporaryPath();
  const { store } = await openStoreAt(path);
  await addReport(store);
  expect(openHandle(path, { readonly: true }).prepare('SELECT count(*) FROM reports').pluck().get()).toBe(1);
});

test('a database is refused while another process has it, and free as soon as that one was killed', async () => {
  const path = temporaryPath();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', childSource], {
    env: { ...process.env, DATABASE_PATH: path },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  await until('the other process to write', () => printed.includes('written') || child.exitCode !== null);
  expect(refusalOf(path)).toContain(served);

  child.kill('SIGKILL');
  await exited;

  expect((await (await openStoreAt(path)).store.reports({ limit: 20 })).data).toHaveLength(1);
});

const childSource = `
  import { openSqlite } from './src/store/sqlite/open-sqlite.ts';
  const parts = { onCommit: () => {}, onFailure: () => {}, now: Date.now };
  const store = openSqlite(process.env.DATABASE_PATH, parts);
  await store.addReport({ id: 'ann', name: 'Ann' }, { title: 'Reading list', body: '' });
  console.log('written');
  setInterval(() => {}, 1000);
`;
