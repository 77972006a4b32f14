import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { backUp } from '../../src/store/sqlite/backup.ts';
import { restore } from '../../src/store/sqlite/restore.ts';
import { addComment, addReport, bob, numbersTo } from '../contract/store/bench.ts';
import { openHandle, openStoreAt, refusalOf, temporaryPath } from './handles.ts';

/** A copy of a database, and that database later on, with the files that `kill -9` leaves behind. */
async function leaveBehind() {
  const served = temporaryPath();
  const folder = dirname(served);
  const [copy, path] = [join(folder, 'copy.db'), join(folder, 'killed.db')];
  const { store } = await openStoreAt(served);
  const report = await addReport(store);
  backUp(served, copy);
  for (const n of numbersTo(100)) await addComment(store, bob, report, `Comment ${n}`);
  for (const ending of ['', '-wal', '-shm']) writeFileSync(path + ending, readFileSync(served + ending));
  await store.close();
  const aside = () => readdirSync(folder).filter((name) => name.startsWith('killed.db.before-restore-'));
  return { path, copy, folder, aside };
}

/** How many comments there are, if the file is whole. */
function commentsIn(path: string): unknown {
  const handle = openHandle(path);
  const faults = handle.pragma('integrity_check', { simple: true });
  return faults === 'ok' ? handle.prepare('SELECT count(*) FROM comments').pluck().get() : faults;
}

test('a restore beside the log of a database that is gone gives what the copy holds', async () => {
  const { path, copy, aside } = await leaveBehind();
  rmSync(path);
  expect(restore(path, copy)).toMatch(/\.before-restore-[^/]*-wal$/);
  expect(aside()).toHaveLength(2);
  expect(commentsIn(path)).toBe(0);
  await (await openStoreAt(path)).store.probe();
});

test('a restore puts the database and its log aside as they are', async () => {
  const { path, copy, folder, aside } = await leaveBehind();
  const bytes = ['', '-wal'].map((ending) => readFileSync(path + ending));
  const kept = restore(path, copy) ?? '';
  expect(aside()).toHaveLength(3);
  expect(['', '-wal'].map((ending) => readFileSync(kept + ending))).toEqual(bytes);
  expect([commentsIn(path), commentsIn(kept)]).toEqual([0, 100]);
  expect(readdirSync(folder).filter((name) => /part|restoring/.test(name))).toEqual([]);
});

test('a restore from a database that was put aside takes along what its log holds', async () => {
  const { path, copy } = await leaveBehind();
  const kept = restore(path, copy) ?? '';
  restore(path, kept);
  expect(commentsIn(path)).toBe(100);
});

test('a restore is refused while a server runs, also when the database file was deleted', async () => {
  const { copy } = await leaveBehind();
  const path = temporaryPath();
  await openStoreAt(path);
  rmSync(path);
  expect(() => restore(path, copy)).toThrow('another Carillon process serves already');
  expect(existsSync(path)).toBe(false);
});

test('no server starts on what a restore left behind that was cut off, and the next restore completes it', async () => {
  const { path, copy } = await leaveBehind();
  renameSync(path, `${path}.restoring`);
  expect(refusalOf(path)).toContain('where a restore was cut off');
  expect(existsSync(path)).toBe(false);
  restore(path, copy);
  expect(commentsIn(path)).toBe(0);
  await (await openStoreAt(path)).store.probe();
});

test('a restore goes where a symbolic link leads, into a folder that is made', async () => {
  const { copy, folder } = await leaveBehind();
  const link = join(folder, 'new', 'carillon.db');
  restore(link, copy);
  const place = join(folder, 'place.db');
  renameSync(link, place);
  symlinkSync(place, link);
  restore(link, copy);
  expect(commentsIn(place)).toBe(0);
  expect(readFileSync(link)).toEqual(readFileSync(place));
});

test('a copy is the owner’s alone while it is being written', async () => {
  const path = temporaryPath();
  await openStoreAt(path);
  const modes: number[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its connection below.
  const close = Database.prototype.close;
  // The connection that copies is closed when the copy is whole, and before anything else is done to the file.
  const spy = vi.spyOn(Database.prototype, 'close').mockImplementation(function (this: Database.Database) {
    modes.push(statSync(`${path}.copy.part`).mode & 0o777);
    return close.call(this);
  });
  onTestFinished(() => spy.mockRestore());
  backUp(path, `${path}.copy`);
  spy.mockRestore();
  expect(modes).toEqual([0o600]);
  expect(statSync(`${path}.copy`).mode & 0o777).toBe(0o600);
});
