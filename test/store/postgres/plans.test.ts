import { drizzle } from 'drizzle-orm/node-postgres';
import { expect, test } from 'vitest';
import { preparePruning } from '../../../src/store/postgres/prune-statements.ts';
import { prepareStatements } from '../../../src/store/postgres/statements.ts';
import { startBench } from '../../contract/store/bench.ts';
import { openClient, temporaryDatabase } from '../../support/postgres.ts';
import { openAt } from './stores.ts';

interface Statement {
  getQuery(): { sql: string };
}

/** How PostgreSQL goes about each statement of the store once it plans it for all values alike, by its name. */
async function readPlans(): Promise<ReadonlyMap<string, string>> {
  const url = await temporaryDatabase();
  await startBench(openAt(url));
  const client = await openClient(url);
  // In tables without rows everything costs the same; what is possible at all is what counts.
  await client.query('SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off');
  const database = drizzle(client);
  const { notifications, ...rest } = prepareStatements(database);
  const statements = [
    ...Object.entries<Statement>(rest),
    ...Object.entries<Statement>(preparePruning(database)),
    ...Object.entries<Statement>(notifications).map(([status, list]) => [`list ${status}`, list] as const),
  ];
  const plans = new Map<string, string>();
  for (const [name, statement] of statements) {
    const { rows } = await client.query<Record<'QUERY PLAN', string>>(
      `EXPLAIN (GENERIC_PLAN, COSTS off) ${statement.getQuery().sql}`,
    );
    plans.set(name, rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  return plans;
}

/** Those that sort a page, or the few that were asked for. */
const sorting = new Set(['log', 'lockInboxes', 'list all', 'list unread', 'list read', 'list archived']);

const ways = [
  ['list all', 'Index Scan Backward using notifications_user_id_id_pk'],
  ['list read', 'Index Scan Backward using notifications_user_id_id_pk'],
  // Of a user's many notifications few are unread or archived: the others must not be read past.
  ['list unread', 'Index Scan Backward using notifications_unread'],
  ['list archived', 'Index Scan Backward using notifications_archived'],
  ['countUnreadUpTo', 'Index Scan using notifications_unread'],
  ['countUnseenUpTo', 'Index Scan using notifications_unread'],
  ['markReadUpTo', 'Index Scan using notifications_unread'],
  ['markSeenUpTo', 'Index Scan using notifications_unread'],
  ['notificationsOf', 'Index Scan using notifications_user_id_id_pk'],
  ['setNotificationState', 'Index Scan using notifications_user_id_id_pk'],
  ['log', 'Index Cond: ((user_id = $1) AND (seq > $2))'],
  ['deleteEventsUpTo', 'Index Cond: ((user_id = $1) AND (seq <= $2))'],
  ['comments', 'Index Cond: ((report_id = $1) AND (id > $2))'],
  ['reports', 'Index Scan Backward using reports_pkey'],
  ['heads', 'Index Cond: (user_id = ANY ($1))'],
  ['setInboxes', 'Index Scan using inboxes_pkey'],
  ['idempotencyKeysOf', 'Index Scan using idempotency_keys_user_id_key_pk'],
  ['takeTicket', 'Index Scan using tickets_pkey'],
  ['revocations', 'Index Scan using revocations_seq'],
  ['revoke', 'Index Only Scan Backward using revocations_seq'],
  ['deleteEndedKeys', 'Index Scan using idempotency_keys_ends_at'],
  ['deleteEndedTickets', 'Index Scan using tickets_ends_at'],
] as const;

test('no statement reads a whole table, and each goes straight to its rows', async () => {
  const plans = await readPlans();
  expect(plans.size).toBeGreaterThan(35);
  for (const [name, plan] of plans) {
    expect(plan, name).not.toMatch(/Seq Scan|Disabled/);
    if (!sorting.has(name)) expect(plan, name).not.toContain('Sort');
  }
  for (const [name, way] of ways) expect(plans.get(name), name).toContain(way);
});
