import { expect, test } from 'vitest';
import type { QueryName } from '../../../src/use-cases/queries.ts';
import { queries } from '../../../src/store/queries.ts';
import { queryOf, tables } from '../../../src/store/postgres/statements.ts';
import { startBench } from '../../contract/store/bench.ts';
import { openClient, temporaryDatabase } from '../../support/postgres.ts';
import { openAt } from './stores.ts';

/** How PostgreSQL goes about each query of the store once it plans it for all values alike, by its name. */
async function readPlans(): Promise<ReadonlyMap<string, string>> {
  const url = await temporaryDatabase();
  await startBench(openAt(url));
  const client = await openClient(url);
  // In tables without rows everything costs the same; what is possible at all is what counts.
  await client.query('SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off');
  const texts = [
    ...Object.keys(queries).map((name) => [name, queryOf(name as QueryName, {}).text] as const),
    ...Object.entries(tables).flatMap(([name, of]) => [
      [`get ${name}`, of.get([]).text] as const,
      [`take ${name}`, of.take([]).text] as const,
      ...(name === 'notifications'
        ? [['update notifications', of.update([{ state: 0 }]).text] as const]
        : []),
    ]),
  ];
  const plans = new Map<string, string>();
  for (const [name, text] of texts) {
    const { rows } = await client.query<Record<'QUERY PLAN', string>>(
      `EXPLAIN (GENERIC_PLAN, COSTS off) ${text}`,
    );
    plans.set(name, rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  return plans;
}

const ways = [
  // A list is a few stretches of one index: the user's other notifications are not read.
  ['listAll', 'Index Scan Backward using notifications_listed'],
  ['listUnread', 'Index Scan Backward using notifications_listed'],
  ['listRead', 'Index Scan Backward using notifications_listed'],
  ['listArchived', 'Index Scan Backward using notifications_listed'],
  ['unreadUpTo', 'Index Scan using notifications_listed'],
  ['unseenUpTo', 'Index Scan using notifications_listed'],
  ['notifications', 'Index Scan using notifications_user_id_id_pk'],
  ['update notifications', 'Index Scan using notifications_'],
  ['log', 'Index Cond: ((user_id = $1) AND (seq > $2))'],
  ['comments', 'Index Cond: ((report_id = $1) AND (id > $2))'],
  ['reports', 'Index Scan Backward using reports_pkey'],
  ['heads', 'Index Cond: (user_id = ANY ($1))'],
  ['get idempotencyKeys', 'using idempotency_keys_scope_key_pk'],
  ['take tickets', 'Index Scan using tickets_pkey'],
  ['revocations', 'Index Scan using revocations_seq'],
  ['lastRevocation', 'Index Only Scan Backward using revocations_seq'],
  ['readBefore', 'Index Scan using notifications_read'],
  ['endedKeys', 'using idempotency_keys_ends_at'],
  ['endedTickets', 'Index Scan using tickets_ends_at'],
] as const;

test('no statement reads a whole table, and each goes straight to its rows', async () => {
  const plans = await readPlans();
  expect(plans.size).toBeGreaterThan(35);
  for (const [name, plan] of plans) expect(plan, name).not.toMatch(/Seq Scan|Disabled/);
  for (const [name, way] of ways) expect(plans.get(name), name).toContain(way);
});
