import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import {
  addComment,
  addReport,
  ann,
  bob,
  cleo,
  codeOf,
  hourMs,
  notifyAnn,
  numbersTo,
  recount,
  startBench,
} from '../../contract/store/bench.ts';
import { openClient, temporaryDatabase } from '../../support/postgres.ts';
import { until } from '../../support/wait.ts';
import { openAt } from './stores.ts';

/** Two stores on one database, as two processes have them. */
async function startTwo() {
  const url = await temporaryDatabase();
  return { url, one: await startBench(openAt(url)), other: await startBench(openAt(url)) };
}

test('two processes number the events of each user 1, 2, 3 … together, and neither locks the other out', async () => {
  const { one, other } = await startTwo();
  expect(other.store.epoch).toBe(one.store.epoch);
  const reports = await Promise.all([ann, bob, cleo].map((owner) => addReport(one.store, owner)));
  const writes = numbersTo(120).flatMap((n) =>
    // One goes through the owners forwards, the other backwards.
    [reports, reports.toReversed()].flatMap((order, process) =>
      order.map((report) => {
        const author = { id: `author-${n % 3}`, name: 'Author' };
        return addComment(process === 0 ? one.store : other.store, author, report, `${n}`);
      }),
    ),
  );
  await Promise.all(writes);

  for (const { id } of [ann, bob, cleo]) {
    const told = [one, other].map((bench) => bench.told(id).map(({ seq }) => seq));
    for (const own of told) expect(own).toEqual(own.toSorted((a, b) => a - b));
    expect(told.flat().sort((a, b) => a - b)).toEqual(numbersTo(240));
    expect((await one.store.inbox(id)).counts).toEqual(await recount(other.store, id));
    expect((await other.store.log(id, 0, 1000)).events.map(({ seq }) => seq)).toEqual(numbersTo(240));
  }
});

test('marks of one user by two processes at once leave list, counts, and log in step', async () => {
  const { one, other } = await startTwo();
  const ids = (await notifyAnn(one.store, 20)).map(({ id }) => id);
  const acts = (['read', 'archive', 'unread', 'unarchive'] as const).flatMap((action) =>
    ids.flatMap((id, i) => [
      (i % 2 === 0 ? one : other).store.act('ann', id, action),
      other.store.markSeen('ann', i),
      one.store.markRead('ann', { ids: [id] }),
    ]),
  );
  await Promise.all(acts);
  const { seq, counts } = await one.store.inbox('ann');
  expect(counts).toEqual(await recount(other.store, 'ann'));
  const { events } = await other.store.log('ann', 0, 1000);
  expect(events.map((event) => event.seq)).toEqual(numbersTo(seq));
  expect(one.told().length + other.told().length).toBe(seq);
});

test('a key whose first request another process has not committed is in flight, and then replays', async () => {
  const { url, one, other } = await startTwo();
  const report = await addReport(one.store);
  const once = { key: 'k', fingerprint: 'f' };
  const add = (bench: typeof one) =>
    bench.store.addComment(bob, report.id, { body: 'Once.', parentId: null }, once);
  const holder = await openClient(url);
  await holder.query('BEGIN');
  await holder.query(`INSERT INTO inboxes VALUES ('ann', 0, 0, 0, 0)`);
  const first = add(one);
  await until('the first to wait for the inbox', async () => {
    const { rows } = await holder.query(
      `SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted`,
    );
    return rows.length > 0;
  });

  expect(await codeOf(add(other))).toBe('idempotency_in_flight');
  await holder.query('ROLLBACK');
  const { value, replayed } = await first;
  expect(replayed).toBe(false);
  expect(await add(other)).toEqual({ value, replayed: true });
  expect((await other.store.inbox('ann')).seq).toBe(1);
});

test('a key is free again when the process that had it in flight is gone', async () => {
  const { url, one, other } = await startTwo();
  const report = await addReport(one.store);
  const once = { key: 'k', fingerprint: 'f' };
  const holder = await openClient(url);
  const killer = await openClient(url);
  await holder.query('BEGIN');
  // What a process has done that dies before its commit.
  await holder.query(`SELECT pg_try_advisory_xact_lock(hashtextextended('key ["bob","k"]', 0))`);
  const add = () => other.store.addComment(bob, report.id, { body: 'x', parentId: null }, once);
  expect(await codeOf(add())).toBe('idempotency_in_flight');
  await killer.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'`,
  );
  await until('the key to be free', () =>
    add().then(
      () => true,
      () => false,
    ),
  );
});

test('of many requests under one key on two processes exactly one adds', async () => {
  const { one, other } = await startTwo();
  const report = await addReport(one.store);
  const once = { key: 'k', fingerprint: 'f' };
  const outcomes = await Promise.allSettled(
    numbersTo(40).map((n) =>
      (n % 2 === 0 ? one : other).store.addComment(bob, report.id, { body: 'x', parentId: null }, once),
    ),
  );
  const added = outcomes.filter((outcome) => outcome.status === 'fulfilled' && !outcome.value.replayed);
  expect(added).toHaveLength(1);
  expect((await one.store.inbox('ann')).seq).toBe(1);
});

test('a ticket is taken by one of two processes', async () => {
  const { one, other } = await startTwo();
  const endsAt = one.clock.now + 30_000;
  await one.store.addTicket({ hash: 'h', actor: ann, sessionIssuedAt: 0, sessionEndsAt: endsAt, endsAt });
  const taken = await Promise.all(
    numbersTo(20).map((n) => (n % 2 === 0 ? one : other).store.takeTicket('h')),
  );
  expect(taken.filter((ticket) => ticket !== undefined)).toHaveLength(1);
});

test('one process prunes at a time; the other leaves it to that', async () => {
  const { url, one, other } = await startTwo();
  await notifyAnn(one.store, 3);
  const before = one.clock.now + hourMs;
  const holder = await openClient(url);
  await holder.query(`BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('prune', 0))`);
  expect(await other.store.prune(before)).toBeUndefined();
  expect((await other.store.inbox('ann')).floor).toBe(0);
  await holder.query('ROLLBACK');
  expect(await other.store.prune(before)).toBeUndefined();
  expect((await one.store.inbox('ann')).floor).toBe(3);
});

test('what the database itself refuses fails its own request alone', async () => {
  const { one } = await startTwo();
  const report = await addReport(one.store);
  const outcomes = await Promise.allSettled(
    // Nothing that comes over HTTP has a NUL; PostgreSQL's texts cannot hold one.
    numbersTo(30).map((n) => addComment(one.store, bob, report, n % 10 === 0 ? 'a\0b' : `${n}`)),
  );
  expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
    numbersTo(30).map((n) => n % 10 !== 0),
  );
  expect(one.told().map(({ seq }) => seq)).toEqual(numbersTo(27));
  for (const outcome of outcomes) {
    // What somebody wrote is not for the log.
    if (outcome.status === 'rejected') expect(inspect(outcome.reason)).not.toMatch(/a\0b|a\\x00b|params/);
  }
});
