import { expect, test } from 'vitest';
import { startBench } from '../../contract/store/bench.ts';
import { openClient, temporaryDatabase } from '../../support/postgres.ts';
import { until } from '../../support/wait.ts';
import { openAt } from './stores.ts';

test('the moment is that of the database, whatever the clocks of the processes say', async () => {
  const url = await temporaryDatabase();
  const { store, clock } = await startBench(openAt(url));
  const client = await openClient(url);
  const databaseNow = async () => {
    const { rows } = await client.query<{ ms: number }>(
      `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms`,
    );
    return rows[0]?.ms ?? NaN;
  };
  for (const wrong of [0, Date.now() + 1e9]) {
    clock.now = wrong;
    const before = Math.floor(await databaseNow());
    const { revokedAt } = await store.revoke('ann');
    expect(revokedAt).toBeGreaterThanOrEqual(before);
    expect(revokedAt).toBeLessThanOrEqual(await databaseNow());
  }
});

test('a reader that follows the numbers misses none, even when commits of two processes overlap', async () => {
  const url = await temporaryDatabase();
  const [one, other] = [await startBench(openAt(url)), await startBench(openAt(url))];
  const watcher = await openClient(url);
  // The commit of a revocation of `slow` waits for the advisory lock 1.
  await watcher.query(`
    CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF new.user_id = 'slow' THEN PERFORM pg_advisory_xact_lock(1); END IF;
        RETURN NULL;
      END $$;
    CREATE CONSTRAINT TRIGGER be_slow AFTER INSERT ON revocations
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION be_slow();
    SELECT pg_advisory_lock(1)`);
  const waiting = async (count: number) => {
    const { rows } = await watcher.query(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (
         SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return rows.length === count;
  };
  const read: string[] = [];
  let last = -1;
  const readOn = async () => {
    for (const { userId, seq } of await other.store.revocations(last)) {
      read.push(userId);
      last = seq;
    }
  };

  const slow = one.store.revoke('slow');
  await until('the slow one to be about to commit', () => waiting(1));
  const fast = other.store.revoke('fast');
  // It looks again and again whether it is its turn. Time enough for one that does not.
  await watcher.query('SELECT pg_sleep(0.5)');
  await readOn();
  await watcher.query('SELECT pg_advisory_unlock(1)');
  await Promise.all([slow, fast]);
  await readOn();
  expect(read).toEqual(['slow', 'fast']);
});
