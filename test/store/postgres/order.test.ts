import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { addComment, addReport, bob, cleo, dataOf, startBench } from '../../contract/store/bench.ts';
import { openClient, temporaryDatabase } from '../../support/postgres.ts';
import { until } from '../../support/wait.ts';
import { openAt } from './stores.ts';

/** A way to write something and to read on behind a cursor. */
interface Log {
  write(text: string): Promise<unknown>;
  /** The entries behind `cursor`, by their numbers, oldest first. */
  readAfter(cursor: number): Promise<readonly { readonly number: number; readonly text: string }[]>;
}

/** Lets the commit of whatever inserts the text `slow` into `table` wait for the advisory lock 1. */
async function slowDown(client: Client, table: string): Promise<void> {
  await client.query(`
    CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF new.body = 'slow' THEN PERFORM pg_advisory_xact_lock(1); END IF;
        RETURN NULL;
      END $$;
    CREATE CONSTRAINT TRIGGER be_slow AFTER INSERT ON ${table}
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION be_slow();`);
}

/**
 * Begins to write `slow`, and while that has its number but is not committed, writes `fast`; a reader follows the log all
 * the while. @returns what the reader was given
 */
async function readWhileTwoOverlap(watcher: Client, log: Log, start = 0): Promise<readonly string[]> {
  const waiting = async (kind: string) => {
    const { rows } = await watcher.query(
      `SELECT FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = $1`,
      [kind],
    );
    return rows.length > 0;
  };
  const read: string[] = [];
  let cursor = start;
  const readOn = async () => {
    for (const { number, text } of await log.readAfter(cursor)) {
      read.push(text);
      cursor = number;
    }
  };

  await watcher.query('SELECT pg_advisory_lock(1)');
  const slow = log.write('slow');
  await until('the slow one to be about to commit', () => waiting('advisory'));
  let isFastDone = false;
  const fast = log.write('fast').then(() => (isFastDone = true));
  await until(
    'the fast one to be done or to wait',
    async () => isFastDone || (await waiting('transactionid')),
  );
  await readOn();
  await watcher.query('SELECT pg_advisory_unlock(1)');
  await Promise.all([slow, fast]);
  await readOn();
  return read;
}

test('of two overlapping transactions of one user the numbers come in the order of the commits', async () => {
  const url = await temporaryDatabase();
  const [one, other] = [await startBench(openAt(url)), await startBench(openAt(url))];
  const report = await addReport(one.store);
  await addComment(one.store, bob, report, 'first');
  const watcher = await openClient(url);
  await slowDown(watcher, 'comments');

  const log: Log = {
    write: (text) =>
      text === 'slow'
        ? addComment(one.store, bob, report, text)
        : addComment(other.store, cleo, report, text),
    readAfter: async (cursor) => {
      const { events } = await other.store.log('ann', cursor, 100);
      return events.map((event) => ({
        number: event.seq,
        text: dataOf(event).notification.comment.excerpt as string,
      }));
    },
  };

  expect(await readWhileTwoOverlap(watcher, log, 1)).toEqual(['slow', 'fast']);
  expect([...one.told('ann'), ...other.told('ann')].map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('the same with numbers from a bigserial loses a row, which is why there are none', async () => {
  const url = await temporaryDatabase();
  const watcher = await openClient(url);
  await watcher.query('CREATE TABLE naive (id bigserial PRIMARY KEY, body text)');
  await slowDown(watcher, 'naive');

  const read = await readWhileTwoOverlap(watcher, {
    write: async (text) => (await openClient(url)).query('INSERT INTO naive (body) VALUES ($1)', [text]),
    readAfter: async (cursor) => {
      const { rows } = await watcher.query<{ id: string; body: string }>(
        'SELECT id, body FROM naive WHERE id > $1 ORDER BY id',
        [cursor],
      );
      return rows.map(({ id, body }) => ({ number: Number(id), text: body }));
    },
  });

  expect(read).toEqual(['fast']);
});
