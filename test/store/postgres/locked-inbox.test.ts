import { expect, onTestFinished, test } from 'vitest';
import { addComment, addReport, bob, cleo, startBench } from '../../contract/store/bench.ts';
import { openClient, temporaryDatabase } from '../../support/postgres.ts';
import { until } from '../../support/wait.ts';
import { openAt } from './stores.ts';

test('an inbox that somebody has locked holds up those who need it, and nobody else', async () => {
  const url = await temporaryDatabase();
  const { store } = await startBench(openAt(url));
  const ofAnn = await addReport(store);
  const ofBob = await addReport(store, bob);
  await addComment(store, bob, ofAnn);
  await addComment(store, cleo, ofBob);

  const holder = await openClient(url);
  // Not the holder's: within a transaction PostgreSQL shows the activity as it was at the first look.
  const observer = await openClient(url);
  await holder.query(`BEGIN; SELECT FROM inboxes WHERE user_id = 'ann' FOR UPDATE`);
  let isDone = false;
  const waiting = addComment(store, bob, ofAnn).then(() => (isDone = true));
  onTestFinished(() => Promise.allSettled([waiting]).then(() => undefined));
  await until('it to wait', async () => {
    const { rowCount } = await observer.query(`SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    return (rowCount ?? 0) > 0;
  });
  // Without that they would be refused after 10 s.
  for (let i = 0; i < 20; i++) await addComment(store, cleo, ofBob);
  await Promise.all(Array.from({ length: 20 }, () => addComment(store, cleo, ofBob)));
  expect(isDone).toBe(false);
  await holder.query('COMMIT');
  await waiting;
  expect((await store.inbox('ann')).seq).toBe(2);
  expect((await store.inbox('bob')).seq).toBe(41);
});
