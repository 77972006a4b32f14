import { expect, test } from 'vitest';
import { addReport, ann, hourMs, notifyAnn, numbersTo } from '../contract/store/bench.ts';
import { openHandle, openStoreAt, temporaryPath } from './handles.ts';

/** Prunes to the end. @returns the rows that each step deleted */
async function pruneAll({
  store,
  commits,
  clock,
}: Awaited<ReturnType<typeof openStoreAt>>): Promise<number[]> {
  const first = commits.length;
  let from: string | undefined;
  do from = await store.prune(clock.now, from);
  while (from !== undefined && commits.length < 1000);
  return commits.slice(first).map(({ rows }) => rows);
}

test('all keys and tickets that have ended are deleted in one round, however many they are', async () => {
  const path = temporaryPath();
  const opened = await openStoreAt(path);
  const { store, clock } = opened;
  const rowsIn = (table: string) => openHandle(path).prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  const ticket = {
    actor: ann,
    sessionIssuedAt: 0,
    sessionEndsAt: clock.now + hourMs,
    endsAt: clock.now + 30_000,
  };
  const fill = async (name: string, count: number) => {
    const requests = numbersTo(count).flatMap((n) => [
      store.addReport(ann, { title: 'A', body: '' }, { key: `${name} ${n}`, fingerprint: 'f' }),
      store.addTicket({ ...ticket, hash: `${name} ${n}`, endsAt: clock.now + 30_000 }),
    ]);
    await Promise.all(requests);
  };
  await fill('old', 1200);
  // More tickets than keys, so that neither ends when the other does.
  await Promise.all(numbersTo(600).map((n) => store.addTicket({ ...ticket, hash: `unused ${n}` })));
  clock.now += 24 * hourMs;
  await fill('young', 10);

  const steps = await pruneAll(opened);

  expect(rowsIn('idempotency_keys')).toBe(10);
  expect(rowsIn('tickets')).toBe(10);
  for (const rows of steps) expect(rows).toBeLessThanOrEqual(1000);
});

test('one step deletes at most some hundred rows of inboxes, and one more for the floor of each', async () => {
  const opened = await openStoreAt(temporaryPath());
  const { store, clock } = opened;
  const report = await addReport(store);
  const comment = { body: 'x', parentId: null };
  const bob = { id: 'bob', name: 'Bob' };
  await Promise.all(numbersTo(1300).map(() => store.addComment(bob, report.id, comment)));
  await store.markRead('ann', { upTo: 1300 });
  clock.now += hourMs;

  const steps = await pruneAll(opened);

  expect(steps.reduce((sum, rows) => sum + rows, 0)).toBeGreaterThan(2600);
  for (const rows of steps) expect(rows).toBeLessThanOrEqual(501);
});

test('a step that is interrupted leaves everything as it was', async () => {
  const path = temporaryPath();
  const opened = await openStoreAt(path);
  await notifyAnn(opened.store, 3);
  opened.clock.now += hourMs;
  const before = await opened.store.log('ann', 0, 10);
  openHandle(path).exec(
    `CREATE TRIGGER refuse BEFORE DELETE ON inbox_events WHEN old.seq = 2 BEGIN SELECT raise(ABORT, 'no'); END`,
  );
  await expect(opened.store.prune(opened.clock.now)).rejects.toThrow('no');
  expect(await opened.store.log('ann', 0, 10)).toEqual(before);
});
