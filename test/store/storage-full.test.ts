import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../src/store/sqlite/open-sqlite.ts';
import { sqliteDatabase } from '../../src/store/sqlite/sqlite-database.ts';
import { prepareStatements } from '../../src/store/sqlite/statements.ts';
import { createStore } from '../../src/use-cases/store.ts';
import {
  addComment,
  addReport,
  ann,
  bob,
  codesOf,
  listAll,
  numbersTo,
  recount,
} from '../contract/store/bench.ts';
import { createTold, temporaryPath } from './handles.ts';

/** A store on a disk that has room for so many more pages. `max_page_count` holds for one connection alone. */
async function openOnSmallDisk() {
  const told = createTold();
  const path = temporaryPath();
  const made = openSqlite(path, told.parts);
  const { epoch } = made;
  await made.close();
  const database = new Database(path);
  const statements = prepareStatements(database);
  const lock = { close: () => undefined };
  const files = { assertSame: () => undefined };
  const store = createStore(
    sqliteDatabase({ epoch, database, statements, lock, files }, told.parts),
    told.parts,
  );
  onTestFinished(() => store.close());
  const setRoom = (pages: number) => {
    const used = Number(database.pragma('page_count', { simple: true }));
    database.pragma(`max_page_count = ${used + pages}`);
  };
  return { ...told, store, setRoom };
}

const long = 'x'.repeat(10_000);

test('on a full disk a comment is storage_full: nobody hears of it, no number is taken, its key is free', async () => {
  const { store, setRoom, commits } = await openOnSmallDisk();
  const report = await addReport(store);
  await addComment(store, bob, report, 'fits');
  const log = await store.log('ann', 0, 100);
  const toldBefore = commits.length;
  setRoom(1);
  const once = { key: 'k', fingerprint: 'f' };

  const refused = numbersTo(5).map(() => store.addComment(bob, report.id, { body: long, parentId: null }));
  refused.push(store.addComment(bob, report.id, { body: long, parentId: null }, once));
  expect(await codesOf(refused)).toEqual(['storage_full']);

  expect(commits).toHaveLength(toldBefore);
  expect(await store.log('ann', 0, 100)).toEqual(log);
  expect((await store.comments(report.id, { limit: 20 }))?.data.map(({ body }) => body)).toEqual(['fits']);

  setRoom(1000);
  const added = await store.addComment(bob, report.id, { body: long, parentId: null }, once);
  expect(added.replayed).toBe(false);
  expect(commits.flatMap(({ events }) => events).map(({ seq }) => seq)).toEqual([1, 2]);
  expect(await listAll(store, 'ann')).toHaveLength(2);
});

test('however often the disk is full, inbox, list, and log stay in step', async () => {
  const { store, setRoom, commits } = await openOnSmallDisk();
  const report = await addReport(store);
  let refused = 0;
  for (let round = 0; round < 40; round++) {
    setRoom(round % 4);
    const outcomes = await Promise.allSettled([
      addComment(store, bob, report, long),
      addComment(store, bob, report, 'short'),
      store.markRead('ann', { upTo: 0 }),
      store.probe(),
      store.addReport(ann, { title: 'x', body: long }),
    ]);
    refused += outcomes.filter(({ status }) => status === 'rejected').length;
  }
  expect(refused).toBeGreaterThan(10);
  const events = commits.flatMap((commit) => commit.events);
  const { inbox, events: log } = await store.log('ann', 0, 1000);
  expect(log).toEqual(events);
  expect(log.map(({ seq }) => seq)).toEqual(numbersTo(inbox.seq));
  expect(inbox.counts).toEqual(await recount(store, 'ann'));
  const comments = (await store.comments(report.id, { limit: 100 }))?.data;
  expect(comments).toHaveLength(inbox.seq);
});
