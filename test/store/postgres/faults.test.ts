import { expect, test } from 'vitest';
import {
  addComment,
  addReport,
  bob,
  codeOf,
  codesOf,
  numbersTo,
  startBench,
} from '../../contract/store/bench.ts';
import { openClient, temporaryDatabase } from '../../support/postgres.ts';
import { openAt } from './stores.ts';

/** A store whose database answers the first `times` insertions of comments with the error `code`. */
async function startFailing(code: string, times: number) {
  const url = await temporaryDatabase();
  const bench = await startBench(openAt(url));
  const report = await addReport(bench.store);
  const client = await openClient(url);
  // A sequence goes on whatever is rolled back.
  await client.query(`
    CREATE SEQUENCE failures;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('failures') <= ${times} THEN RAISE EXCEPTION 'as ordered' USING ERRCODE = '${code}'; END IF;
        RETURN NULL;
      END $$;
    CREATE TRIGGER fail AFTER INSERT ON comments FOR EACH STATEMENT EXECUTE FUNCTION fail();`);
  return { ...bench, client, report };
}

test.each([
  ['a deadlock', '40P01'],
  ['a serialization failure', '40001'],
])('%s is tried again, and nobody notices', async (_, code) => {
  const { store, report, told } = await startFailing(code, 3);
  await Promise.all(numbersTo(10).map(() => addComment(store, bob, report)));
  expect(told().map(({ seq }) => seq)).toEqual(numbersTo(10));
  expect((await store.comments(report.id, { limit: 100 }))?.data).toHaveLength(10);
});

test('what never stops to conflict is unavailable in the end', async () => {
  const { store, report, told } = await startFailing('40P01', 1_000_000);
  expect(await codeOf(addComment(store, bob, report))).toBe('unavailable');
  expect(told()).toEqual([]);
});

test.each([
  ['a full disk is storage_full', '53100', 'storage_full'],
  ['too many connections are unavailable', '53300', 'unavailable'],
  ['a statement that takes too long is unavailable', '57014', 'unavailable'],
  ['an I/O error is unavailable', '58030', 'unavailable'],
])('%s, changes nothing, and heals', async (_, code, expected) => {
  const { store, report, told, failures } = await startFailing(code, 1);
  expect(await codesOf(numbersTo(5).map(() => addComment(store, bob, report)))).toEqual([expected]);
  expect(told()).toEqual([]);
  expect((await store.inbox('ann')).seq).toBe(0);
  await addComment(store, bob, report);
  expect(told().map(({ seq }) => seq)).toEqual([1]);
  expect(failures).toEqual([]);
});

test('marks, comments, and pruning of the same users at once do not fail each other', async () => {
  const { store, report, clock } = await startFailing('40P01', 0);
  await Promise.all(numbersTo(300).map((n) => addComment(store, bob, report, `${n}`)));
  await store.markRead('ann', { upTo: 150 });
  const ids = (await store.notifications('ann', { status: 'read', limit: 100 })).data.map(({ id }) => id);
  clock.now += 1000;
  const outcomes = await Promise.allSettled([
    ...ids.map((id) => store.act('ann', id, 'unread')),
    ...numbersTo(50).map(() => addComment(store, bob, report)),
    store.prune(clock.now),
    store.prune(clock.now),
  ]);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  const { inbox, events } = await store.log('ann', 0, 10_000);
  expect(events.map(({ seq }) => seq)).toEqual(numbersTo(inbox.seq).slice(inbox.floor));
});
