import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { type ActivityInput, publishIn } from '../../../src/store/postgres/publish-in.ts';
import { addComment, addReport, ann, bob, codeOf, listAll } from '../../contract/store/bench.ts';
import { shipped, startApplication, titlesOf, workOff } from './application.ts';

test('a commit publishes, once, and a rollback does not', async () => {
  const { bench, connect } = await startApplication();
  const client = await connect();
  await client.query('BEGIN');
  await publishIn(client, { ...shipped, title: 'rolled back' });
  await client.query('ROLLBACK');
  await client.query('BEGIN');
  const id = await publishIn(client, { ...shipped, to: ['ann', { user: 'bob', reason: 'assigned' }] });
  expect(await workOff(bench)).toBe(0);
  await client.query('COMMIT');

  expect(await workOff(bench)).toBe(1);
  expect(await workOff(bench)).toBe(0);
  const [notification, ...others] = await listAll(bench.store, 'ann');
  expect(others).toEqual([]);
  expect(notification).toMatchObject({ id, type: 'order.shipped', reason: 'direct', title: 'On its way' });
  expect((await listAll(bench.store, 'bob')).map(({ reason }) => reason)).toEqual(['assigned']);
  expect(bench.told().map(({ userId, seq }) => [userId, seq])).toEqual([
    ['ann', 1],
    ['bob', 1],
  ]);
});

test('everything that is said arrives as it was said', async () => {
  const { bench, connect } = await startApplication();
  const client = await connect();
  await bench.store.setWatches('shop:1', { users: ['cleo'], level: 'all', because: 'manual' });
  bench.clock.now += 60_000;
  const id = await publishIn(client, {
    type: 'order.shipped',
    title: 'Ünïcode 🔔\n"quoted"',
    body: 'Two boxes.',
    url: 'https://shop.example/orders/7',
    data: { order: 7, tags: ['a', null] },
    topics: ['order:7', 'shop:1'],
    to: ['ann', { topic: 'shop:1', reason: 'staff' }],
    actor: { id: 'shop', name: 'The shop' },
    group: 'orders',
    at: new Date(bench.clock.now + 60_000).toISOString(),
    expiresAt: new Date(bench.clock.now + 120_000).toISOString(),
  });
  expect(await workOff(bench)).toBe(0);
  expect(await bench.store.published('sql', { id })).toMatchObject({ state: 'scheduled' });

  bench.clock.now += 60_000;
  await workOff(bench);
  const said = {
    title: 'Ünïcode 🔔\n"quoted"',
    body: 'Two boxes.',
    url: 'https://shop.example/orders/7',
    data: { order: 7, tags: ['a', null] },
    topic: 'order:7',
    actor: { id: 'shop', name: 'The shop' },
  };
  expect(await listAll(bench.store, 'ann')).toMatchObject([{ ...said, reason: 'direct' }]);
  expect(await listAll(bench.store, 'cleo')).toMatchObject([{ ...said, reason: 'staff' }]);

  bench.clock.now += 60_000;
  await workOff(bench);
  expect(await listAll(bench.store, 'ann')).toEqual([]);
});

test('a transaction that stays open holds up no comment to the same user, and no request with the same key', async () => {
  const { bench, connect } = await startApplication();
  const client = await connect();
  const report = await addReport(bench.store, ann);
  await client.query('BEGIN');
  await publishIn(client, { ...shipped, topics: [`report:${report.id}`], key: 'order-7' }, 'shop');

  // Were they held up, they would fail before the transaction ends.
  await addComment(bench.store, bob, report);
  const request = { ...shipped, to: [{ user: 'ann', reason: 'direct' }], key: 'order-7', topics: [] };
  const nothing = { body: null, url: null, data: null, actor: null, group: null, at: null, expiresAt: null };
  expect(await codeOf(bench.store.publish('shop', { ...nothing, ...request }))).toBe('conflict');
  await bench.store.publish('shop', { ...nothing, ...request, key: 'order-8' });
  expect(await titlesOf(bench, 'ann')).toEqual(['On its way', 'Reading list']);

  await client.query('COMMIT');
  await workOff(bench);
  expect(await titlesOf(bench, 'ann')).toEqual(['On its way', 'On its way', 'Reading list']);
});

test('two transactions that publish to the same users in opposite order do not wait for each other', async () => {
  const { bench, connect } = await startApplication();
  const [one, other] = [await connect(), await connect()];
  for (const client of [one, other]) await client.query('BEGIN');
  await publishIn(one, { ...shipped, to: ['ann'], title: '1' });
  await publishIn(other, { ...shipped, to: ['bob'], title: '2' });
  await publishIn(one, { ...shipped, to: ['bob', 'ann'], title: '3' });
  await publishIn(other, { ...shipped, to: ['ann', 'bob'], title: '4' });
  // The later one commits first.
  await other.query('COMMIT');
  await workOff(bench);
  await one.query('COMMIT');
  await workOff(bench);
  expect((await titlesOf(bench, 'ann')).toSorted()).toEqual(['1', '3', '4']);
  expect((await titlesOf(bench, 'bob')).toSorted()).toEqual(['2', '3', '4']);
});

test('what one transaction publishes arrives in that order', async () => {
  const { bench, connect } = await startApplication();
  const client = await connect();
  await client.query('BEGIN');
  const titles = Array.from({ length: 20 }, (_, i) => `${i}`);
  const ids: string[] = [];
  for (const title of titles) ids.push(await publishIn(client, { ...shipped, title, topics: ['order:7'] }));
  await client.query('COMMIT');
  await workOff(bench);
  expect(await titlesOf(bench, 'ann')).toEqual(titles.toReversed());
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  // The transaction of a fast machine has several within a millisecond.
  const { rows: within } = await client.query<{ id: string }>(
    `SELECT carillon.new_id('2027-01-01T00:00:00.5Z'::timestamptz + us * interval '1 microsecond') AS id
     FROM generate_series(0, 2000, 5) us ORDER BY us`,
  );
  expect(within.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(within);
  const madeAt = Number.parseInt((ids[0] ?? '').replaceAll('-', '').slice(0, 12), 16);
  expect(Math.abs(madeAt - Date.now())).toBeLessThan(60_000);
});

test('the same key with the same content is published once, and other content is refused', async () => {
  const { bench, connect } = await startApplication();
  const client = await connect();
  const keyed: ActivityInput = { ...shipped, key: 'order-7', data: { a: 1, bb: [2] } };
  const first = await publishIn(client, keyed);
  // Said in another way, it is the same content.
  expect(
    await publishIn(client, { ...keyed, data: { bb: [2], a: 1 }, body: null, to: [{ user: 'ann' }] }),
  ).toBe(first);
  await expect(publishIn(client, { ...keyed, title: 'Other' })).rejects.toMatchObject({
    code: '23505',
    column: 'key',
    message: 'carillon.publish: key: The key order-7 belongs to an activity with other content.',
  });
  expect(await publishIn(client, keyed, 'other')).not.toBe(first);
  await workOff(bench);
  expect(await titlesOf(bench, 'ann')).toHaveLength(2);

  // The publisher of that name takes it back by the key, and it stays so.
  await bench.store.retract('sql', { key: 'order-7' });
  expect(await publishIn(client, keyed)).toBe(first);
  await workOff(bench);
  expect(await titlesOf(bench, 'ann')).toHaveLength(1);
});

test('of two transactions with the same key the second waits for the first alone, and publishes only after a rollback', async () => {
  const { bench, connect } = await startApplication();
  const [one, other, watcher] = [await connect(), await connect(), await connect()];
  const keyed = { ...shipped, key: 'order-7' };
  for (const end of ['ROLLBACK', 'COMMIT']) {
    await one.query('BEGIN');
    await publishIn(one, keyed);
    const second = publishIn(other, keyed);
    await expect.poll(() => waitingIn(watcher)).toBe(1);
    await one.query(end);
    await second;
  }
  await workOff(bench);
  expect(await titlesOf(bench, 'ann')).toEqual(['On its way']);
});

/** How many connections wait for an advisory lock. */
async function waitingIn(client: Client): Promise<number> {
  const { rows } = await client.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
  );
  return rows.length;
}

test('a request and the function that share a publisher and a key: the first one holds, and the other one is refused', async () => {
  const { bench, connect } = await startApplication();
  const client = await connect();
  const nothing = {
    body: null,
    url: null,
    data: null,
    actor: null,
    group: null,
    at: null,
    expiresAt: null,
    topics: [],
  };
  const request = { ...nothing, ...shipped, to: [{ user: 'ann', reason: 'direct' }] };
  await bench.store.publish('shop', { ...request, key: 'a' });
  await expect(publishIn(client, { ...shipped, key: 'a' }, 'shop')).rejects.toMatchObject({ code: '23505' });
  await publishIn(client, { ...shipped, key: 'b' }, 'shop');
  expect(await codeOf(bench.store.publish('shop', { ...request, key: 'b' }))).toBe('conflict');
});
