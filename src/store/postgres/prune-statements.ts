import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import { and, asc, eq, lt, lte, sql } from '../drizzle.ts';
import { idempotencyKeys, inboxEvents, inboxes, notifications, tickets } from './schema.ts';

const value = sql.placeholder;

/** What pruning needs, which has a connection and a transaction of its own. */
export type PruneStatements = ReturnType<typeof preparePruning>;

export function preparePruning(database: PgDatabase<NodePgQueryResultHKT>) {
  const { userId, id, readAt } = notifications;
  const limit = sql`limit ${value('limit')}`;
  // Of each user by itself: an `exists` PostgreSQL may answer by reading the whole table once.
  const oldest = sql`(select created_at from inbox_events where user_id = ${inboxes.userId} and seq = ${inboxes.floor} + 1)`;
  const oldRead = sql`(select true from notifications where user_id = ${inboxes.userId} and read_at < ${value('before')} limit 1)`;
  return {
    /** Whether this transaction is the one that prunes; until it ends no other is. */
    takePruning: database
      .select({ isTaken: sql<boolean>`pg_try_advisory_xact_lock(${value('lock')}::bigint)` })
      .from(sql`(values (1)) as once`)
      .prepare('take_pruning'),
    userIdsFrom: database
      .select({ userId: inboxes.userId })
      .from(inboxes)
      .where(sql`${inboxes.userId} >= ${value('from')}`)
      .orderBy(asc(inboxes.userId))
      .limit(value('limit'))
      .prepare('user_ids_from'),
    /** Those of these users who have something to prune. */
    userIdsWithOld: database
      .select({ userId: inboxes.userId })
      .from(inboxes)
      .where(
        and(
          sql`${inboxes.userId} = any(${value('userIds')}::text[])`,
          sql`(${oldest} < ${value('before')} or ${oldRead})`,
        ),
      )
      .orderBy(asc(inboxes.userId))
      .prepare('user_ids_with_old'),
    lockInbox: database
      .select({ userId: inboxes.userId })
      .from(inboxes)
      .where(eq(inboxes.userId, value('userId')))
      .for('no key update')
      .prepare('lock_inbox'),
    eventTimes: database
      .select({ seq: inboxEvents.seq, createdAt: inboxEvents.createdAt })
      .from(inboxEvents)
      .where(eq(inboxEvents.userId, value('userId')))
      .orderBy(asc(inboxEvents.seq))
      .limit(value('limit'))
      .prepare('event_times'),
    deleteEventsUpTo: database
      .delete(inboxEvents)
      .where(and(eq(inboxEvents.userId, value('userId')), lte(inboxEvents.seq, value('upTo'))))
      .prepare('delete_events_up_to'),
    setFloor: database
      .update(inboxes)
      .set({ floor: sql`${value('floor')}` })
      .where(eq(inboxes.userId, value('userId')))
      .prepare('set_floor'),
    deleteOldRead: database
      .delete(notifications)
      .where(
        and(
          eq(userId, value('userId')),
          sql`${id} = any(array(select id from notifications where user_id = ${value('userId')} and read_at < ${value('before')} ${limit}))`,
          lt(readAt, value('before')),
        ),
      )
      .prepare('delete_old_read'),
    deleteEndedKeys: database
      .delete(idempotencyKeys)
      .where(
        sql`(${idempotencyKeys.userId}, ${idempotencyKeys.key}) in (select user_id, key from idempotency_keys where ends_at <= ${value('now')} ${limit} for update skip locked)`,
      )
      .prepare('delete_ended_keys'),
    deleteEndedTickets: database
      .delete(tickets)
      .where(
        sql`${tickets.hash} in (select hash from tickets where ends_at <= ${value('now')} ${limit} for update skip locked)`,
      )
      .prepare('delete_ended_tickets'),
  };
}
