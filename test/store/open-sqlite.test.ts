import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addComment, addReport, bob } from '../contract/store/bench.ts';
import { openHandle, openStoreAt, refusalOf, temporaryPath } from './handles.ts';

const migrationsIn = (path: string) =>
  openHandle(path, { readonly: true }).prepare('SELECT hash, created_at FROM __drizzle_migrations').all();

describe('opening', () => {
  test('makes the database, and the folders that lead to it, which are the owner’s alone', async () => {
    const path = join(dirname(temporaryPath()), 'a', 'b', 'carillon.db');
    const { store } = await openStoreAt(path);
    await store.probe();
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  test('migrates a fresh file, and changes nothing at the second start', async () => {
    const path = temporaryPath();
    const first = await openStoreAt(path);
    await addComment(first.store, bob, await addReport(first.store));
    await first.store.close();
    const migrations = migrationsIn(path);
    const tables = () => openHandle(path, { readonly: true }).prepare('SELECT * FROM sqlite_master').all();
    const before = tables();
    expect(migrations).toHaveLength(
      (JSON.parse(readFileSync('migrations/sqlite/meta/_journal.json', 'utf8')) as { entries: unknown[] })
        .entries.length,
    );

    const second = await openStoreAt(path);

    expect(migrationsIn(path)).toEqual(migrations);
    expect(tables()).toEqual(before);
    expect((await second.store.inbox('ann')).seq).toBe(1);
  });

  test('an empty file is a fresh one', async () => {
    const path = temporaryPath();
    writeFileSync(path, '');
    const { store } = await openStoreAt(path);
    await store.probe();
  });

  test('a first start that was cut off before the tables were made is made up for', async () => {
    const path = temporaryPath();
    const handle = openHandle(path);
    handle.exec(
      'CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
    );
    handle.close();
    const { store } = await openStoreAt(path);
    await store.probe();
  });

  test('what is committed is synced, and references are checked, also after the first writes', async () => {
    const { store, connection } = await openStoreAt(temporaryPath());
    await addComment(store, bob, await addReport(store));
    await store.probe();
    const names = ['journal_mode', 'synchronous', 'foreign_keys'];
    expect(names.map((name) => connection.pragma(name, { simple: true }))).toEqual(['wal', 2, 1]);
  });
});

describe('refused is, in one line,', () => {
  test('a file that is not SQLite, which stays as it is', () => {
    const path = temporaryPath();
    const text = 'Dear diary, '.repeat(1000);
    writeFileSync(path, text);
    expect(refusalOf(path)).toContain('which is not a SQLite database');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('the database of another application, which stays as it is', () => {
    const path = temporaryPath();
    const handle = openHandle(path);
    handle.exec('CREATE TABLE inbox_events (id INTEGER PRIMARY KEY); INSERT INTO inbox_events VALUES (1)');
    handle.close();
    const bytes = readFileSync(path);
    expect(refusalOf(path)).toContain('which is the database of another application');
    expect(readFileSync(path).equals(bytes)).toBe(true);
    for (const suffix of ['-wal', '-shm', '.lock']) expect(existsSync(path + suffix)).toBe(false);
  });

  test('another application’s database that drizzle migrated as well', () => {
    const path = temporaryPath();
    const handle = openHandle(path);
    handle.exec('CREATE TABLE __drizzle_migrations (id, hash, created_at); CREATE TABLE users (id)');
    handle.close();
    expect(refusalOf(path)).toContain('which is the database of another application');
  });

  test('a database that a newer version made and this one cannot live with, until that version says that it can', async () => {
    const path = temporaryPath();
    const { store } = await openStoreAt(path);
    await store.close();
    const handle = openHandle(path);
    const add = handle.prepare(`INSERT INTO meta (key, value) VALUES ('needs', ?)`);
    add.run(String(Date.parse('2100-01-01')));
    expect(refusalOf(path)).toContain('which was made by a newer version of Carillon');
    handle.exec(`DELETE FROM meta WHERE key = 'needs'`);
    handle.close();
    await (await openStoreAt(path)).store.probe();
  });

  test.each([
    ['below a file', (file: string) => join(file, 'carillon.db')],
    ['deep below a file', (file: string) => join(file, 'a', 'b', 'carillon.db')],
  ])('a path %s', (_, pathBelow) => {
    const file = temporaryPath();
    writeFileSync(file, 'a file');
    expect(refusalOf(pathBelow(file))).toContain('whose folder cannot be used');
  });

  test('a folder', () => {
    const path = temporaryPath();
    mkdirSync(path);
    expect(refusalOf(path)).toContain('cannot be opened');
  });

  test('a database that cannot be migrated', () => {
    const path = temporaryPath();
    const handle = openHandle(path);
    handle.exec(
      'CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
    );
    handle.exec('CREATE TABLE inbox_events (user_id)');
    handle.close();
    expect(refusalOf(path)).toContain('inbox_events');
  });

  test('a database that somebody else keeps locked, until they let go', async () => {
    const path = temporaryPath();
    const first = await openStoreAt(path);
    await first.store.close();
    const handle = openHandle(path);
    handle.exec('BEGIN IMMEDIATE');
    expect(refusalOf(path)).toContain('locked');
    handle.exec('ROLLBACK');
    await (await openStoreAt(path)).store.probe();
  });
});
