import { expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { addComment, addReport, bob, numbersTo, startBench, walk } from '../../contract/store/bench.ts';
import { openClient, ownPostgres, temporaryDatabase } from '../../support/postgres.ts';
import { openRawStream } from '../../support/raw-stream.ts';
import { startServer } from '../../support/server.ts';
import { until } from '../../support/wait.ts';
import { openAt, untilItWrites } from './stores.ts';

test('connections that are cut in the middle of work lose nothing and double nothing', async () => {
  const url = await temporaryDatabase();
  const { store, told, failures } = await startBench(openAt(url));
  const report = await addReport(store);
  const nemesis = await openClient(url);
  const rounds = 25;
  const acknowledged: string[] = [];
  let refused = 0;
  let cuts = 0;
  let isCutting = true;
  const cutting = (async () => {
    for (const round of numbersTo(rounds)) {
      // However slow the machine is, there is work to be cut off, and some that is not.
      await until('more to be written', () => acknowledged.length >= 8 * round);
      const { rowCount } = await nemesis.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'carillon'`);
      cuts += rowCount ?? 0;
    }
  })().finally(() => (isCutting = false));
  await Promise.all(
    numbersTo(8).map(async (writer) => {
      for (let n = 1; isCutting; n++) {
        try {
          acknowledged.push((await addComment(store, bob, report, `${writer}/${n}`)).body);
          await store.log('ann', 0, 10);
        } catch (error) {
          // Cut again and again: that it says so is all that can be asked.
          if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
          refused++;
          await untilItWrites(store);
        }
      }
    }),
  );
  await cutting;

  expect(cuts).toBeGreaterThan(rounds);
  const read = () => walk((cursor) => store.comments(report.id, { cursor, limit: 100 }));
  const bodies = (await read()).map(({ body }) => body);
  expect(new Set(bodies).size).toBe(bodies.length);
  expect(acknowledged.filter((body) => !bodies.includes(body))).toEqual([]);
  expect(bodies.length).toBeLessThanOrEqual(acknowledged.length + refused);
  const { inbox, events } = await store.log('ann', 0, 100_000);
  expect(events.map(({ seq }) => seq)).toEqual(numbersTo(inbox.seq));
  expect(inbox.seq).toBe(bodies.length);
  const seqs = told().map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  expect(failures).toEqual([]);
});

test('a connection that PostgreSQL ends while the store prunes on it does not end the process', async () => {
  const uncaught: unknown[] = [];
  const keep = (error: unknown) => uncaught.push(error);
  process.on('uncaughtExceptionMonitor', keep);
  onTestFinished(() => void process.off('uncaughtExceptionMonitor', keep));
  const url = await temporaryDatabase();
  const { store, clock } = await startBench(openAt(url));
  await addComment(store, bob, await addReport(store));
  const [holder, nemesis] = [await openClient(url), await openClient(url)];
  // Pruning takes a connection out of the pool, and waits for this lock in the middle of its transaction.
  await holder.query(`BEGIN; SELECT FROM inboxes WHERE user_id = 'ann' FOR UPDATE`);
  const pruned = store.prune(clock.now + 1);
  await until('pruning to be cut', async () => {
    const { rowCount } = await nemesis.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    return rowCount === 1;
  });
  await holder.query('COMMIT');
  await pruned;
  expect((await store.inbox('ann')).floor).toBe(1);
  expect(uncaught).toEqual([]);
});

test.each(['restart', 'crash'] as const)(
  'after a %s of PostgreSQL everything goes on by itself; meanwhile it says so, and streams stay open',
  async (how) => {
    const postgres = await ownPostgres();
    const server = await startServer({
      environment: { DATABASE_URL: `${postgres.url}/postgres`, HEARTBEAT_SECONDS: '1' },
    });
    const { json: report } = await server.ask('ann', 'POST', '/reports', { title: 'x' });
    const post = (body: string) => server.ask('bob', 'POST', `/reports/${report.id}/comments`, { body });
    const open = async () => openRawStream(server.url, { token: await server.token('ann') });
    const isReady = async () => (await fetch(`${server.url}/readyz`)).ok;
    const stream = await open();
    await stream.waitFor('sync');
    expect((await post('before')).status).toBe(201);
    await stream.waitFor('notification');

    await (how === 'crash' ? postgres.stop('crash') : postgres.stop());
    await until('readyz to tell', async () => !(await isReady()));
    const refused = await post('meanwhile');
    expect(refused.status).toBe(503);
    expect(refused.json.code).toBe('unavailable');
    expect((await server.ask('ann', 'GET', '/notifications')).status).toBe(503);
    const late = await open();
    await until('the late one to be answered', () => late.head.startsWith('HTTP/1.1 200'));
    expect((await fetch(`${server.url}/healthz`)).ok).toBe(true);

    await postgres.start();
    await until('readyz to tell', isReady);
    expect((await post('after')).status).toBe(201);
    const { data } = await stream.waitFor('notification', 2);
    expect(data).toMatchObject({ seq: 2, notification: { comment: { excerpt: 'after' } } });
    expect((await late.waitFor('sync')).data.counts.unread).toBeGreaterThan(0);
    expect([stream.ended, late.ended]).toEqual([false, false]);
  },
);
