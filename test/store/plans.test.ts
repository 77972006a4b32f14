import { drizzle } from 'drizzle-orm/better-sqlite3';
import { beforeEach, expect, test } from 'vitest';
import { prepareStatements } from '../../src/store/sqlite/statements.ts';
import { openStoreAt, temporaryPath } from './handles.ts';

interface Statement {
  getQuery(): { sql: string; params: unknown[] };
}

/** How SQLite goes about each statement of the store, by the statement's name. */
async function readPlans(): Promise<ReadonlyMap<string, string>> {
  const { connection: database } = await openStoreAt(temporaryPath());
  const { notifications, ...rest } = prepareStatements(drizzle(database));
  const lists = Object.entries<Statement>(notifications).map(
    ([status, list]) => [`list ${status}`, list] as const,
  );
  const statements = [...Object.entries<Statement>(rest), ...lists];
  return new Map(
    statements.map(([name, statement]) => {
      const { sql, params } = statement.getQuery();
      const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...params.map(() => null));
      return [name, (steps as { detail: string }[]).map(({ detail }) => detail).join('; ')];
    }),
  );
}

let plans: ReadonlyMap<string, string>;

beforeEach(async () => {
  plans = await readPlans();
});

test('no statement reads a whole table or sorts', () => {
  expect(plans.size).toBeGreaterThan(25);
  for (const [name, plan] of plans) expect(plan, name).not.toMatch(/\bSCAN\b|TEMP B-TREE/);
});

test.each([
  ['list all', 'notifications USING PRIMARY KEY (user_id=? AND id<?)'],
  ['list read', 'notifications USING PRIMARY KEY (user_id=? AND id<?)'],
  ['notification', 'notifications USING PRIMARY KEY (user_id=? AND id=?)'],
  ['setNotificationState', 'notifications USING PRIMARY KEY (user_id=? AND id=?)'],
  ['events', 'inbox_events USING PRIMARY KEY (user_id=? AND seq>?)'],
  ['deleteEventsUpTo', 'inbox_events USING PRIMARY KEY (user_id=? AND seq<?)'],
  ['comments', 'comments USING PRIMARY KEY (report_id=? AND id>?)'],
  ['reports', 'reports USING PRIMARY KEY (id<?)'],
  ['inbox', 'inboxes USING PRIMARY KEY (user_id=?)'],
  ['idempotencyKey', 'idempotency_keys USING PRIMARY KEY (user_id=? AND key=?)'],
  ['takeTicket', 'tickets USING PRIMARY KEY (hash=?)'],
  ['deleteEndedKeys', 'idempotency_keys USING COVERING INDEX idempotency_keys_ends_at (ends_at<?)'],
  ['deleteEndedTickets', 'tickets USING COVERING INDEX tickets_ends_at (ends_at<?)'],
])('%s goes straight to its rows', (name, way) => {
  expect(plans.get(name)).toContain(`SEARCH ${way}`);
});

// Of a user's many notifications few are unread or archived: the others must not be read past.
test.each([
  ['list unread', 'notifications_unread'],
  ['list archived', 'notifications_archived'],
  ['countUnreadUpTo', 'notifications_unread'],
  ['countUnseenUpTo', 'notifications_unread'],
  ['markReadUpTo', 'notifications_unread'],
  ['markSeenUpTo', 'notifications_unread'],
  ['userIdsWithOld', 'notifications_read'],
  ['deleteOldRead', 'notifications_read'],
])('%s reads %s alone', (name, index) => {
  expect(plans.get(name)).toMatch(new RegExp(`notifications USING (COVERING )?INDEX ${index} `));
});
