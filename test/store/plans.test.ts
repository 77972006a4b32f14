import { beforeEach, expect, test } from 'vitest';
import { compile, queries } from '../../src/store/queries.ts';
import { openStoreAt, temporaryPath } from './handles.ts';

/** How SQLite goes about each query of the store, by its name. */
async function readPlans(): Promise<ReadonlyMap<string, string>> {
  const { connection: database } = await openStoreAt(temporaryPath());
  return new Map(
    Object.entries(queries).map(([name, sql]) => {
      const text = compile(
        sql,
        () => 'NULL',
        () => `IN (SELECT value FROM json_each('[]'))`,
      );
      const steps = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all();
      return [name, (steps as { detail: string }[]).map(({ detail }) => detail).join('; ')];
    }),
  );
}

let plans: ReadonlyMap<string, string>;

beforeEach(async () => {
  plans = await readPlans();
});

/** A stretch of few rows, a list of values, or a page that is made of stretches. */
const harmless =
  /SCAN (CONSTANT ROW|json_each|reports USING INDEX reports_retracting|s\d|stretches|n|e|a|r|newest|\(subquery-\d+\))( VIRTUAL TABLE INDEX \d+:)?( LEFT-JOIN)?$/;

test('no query reads a whole table', () => {
  expect(plans.size).toBeGreaterThan(20);
  for (const [name, plan] of plans) {
    const scans = plan.split('; ').filter((step) => step.startsWith('SCAN') && !harmless.test(step));
    // The newest row is the last one of the key.
    if (!/^(newest|last)/.test(name)) expect(scans, name).toEqual([]);
  }
});

test.each([
  ['reports', 'reports USING PRIMARY KEY (id<?)'],
  ['comments', 'comments USING PRIMARY KEY (report_id=? AND id>?)'],
  ['watchers', 'watches USING PRIMARY KEY (topic=? AND user_id>?)'],
  ['notifications', 'n USING PRIMARY KEY (user_id=? AND id=?)'],
  ['log', 'inbox_events USING PRIMARY KEY (user_id=? AND seq>?)'],
  ['log', 'n USING PRIMARY KEY (user_id=? AND id=?)'],
  ['log', 'a USING PRIMARY KEY (id=?)'],
  ['eventTimes', 'inbox_events USING PRIMARY KEY (user_id=?)'],
  ['heads', 'inboxes USING PRIMARY KEY (user_id=?)'],
  ['actors', 'activities USING PRIMARY KEY (id=?)'],
  ['usersWithOld', 'n USING COVERING INDEX notifications_read (user_id=? AND read_at<?)'],
  ['readBefore', 'notifications USING COVERING INDEX notifications_read (user_id=? AND read_at<?)'],
  ['endedKeys', 'idempotency_keys USING COVERING INDEX idempotency_keys_ends_at (ends_at<?)'],
  ['endedTickets', 'tickets USING COVERING INDEX tickets_ends_at (ends_at<?)'],
])('%s goes straight to its rows', (name, way) => {
  expect(plans.get(name)).toContain(`SEARCH ${way}`);
});

// A list is a few stretches of one index: the user's other notifications are not read.
test.each([
  ['listAll', 3, 'seq<?'],
  ['listUnread', 2, 'seq<?'],
  ['listRead', 1, 'seq<?'],
  ['listArchived', 3, 'seq<?'],
  ['unreadUpTo', 4, 'seq<?'],
  ['unseenUpTo', 2, 'seq<?'],
])('%s reads %i stretches of the index of states', (name, count, range) => {
  const stretch = `SEARCH notifications USING INDEX notifications_listed (user_id=? AND state=? AND ${range})`;
  expect(plans.get(name)?.split(stretch)).toHaveLength(count + 1);
});
