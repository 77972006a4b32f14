import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { and, asc, eq, inArray, lt, lte, sql } from '../drizzle.ts';
import { idempotencyKeys, inboxEvents, inboxes, notifications, tickets } from './schema.ts';

const value = sql.placeholder;

/** What pruning needs. */
export function pruneStatements(database: BetterSQLite3Database) {
  const { userId, id, readAt } = notifications;
  const oldest = sql`(SELECT created_at FROM inbox_events WHERE user_id = ${inboxes.userId} AND seq = ${inboxes.floor} + 1)`;
  const oldRead = sql`EXISTS (SELECT 1 FROM notifications WHERE user_id = ${inboxes.userId} AND read_at < ${value('before')})`;
  const oldReadIds = database
    .select({ id })
    .from(notifications)
    .where(and(eq(userId, value('userId')), lt(readAt, value('before'))))
    .limit(value('limit'));
  const endedKeys = database
    .select({ userId: idempotencyKeys.userId, key: idempotencyKeys.key })
    .from(idempotencyKeys)
    .where(lte(idempotencyKeys.endsAt, value('now')))
    .limit(value('limit'));
  const endedTickets = database
    .select({ hash: tickets.hash })
    .from(tickets)
    .where(lte(tickets.endsAt, value('now')))
    .limit(value('limit'));
  return {
    userIdsFrom: database
      .select({ userId: inboxes.userId })
      .from(inboxes)
      .where(sql`${inboxes.userId} >= ${value('from')}`)
      .orderBy(asc(inboxes.userId))
      .limit(value('limit'))
      .prepare(),
    /** Those of these users who have something to prune. */
    userIdsWithOld: database
      .select({ userId: inboxes.userId })
      .from(inboxes)
      .where(
        and(
          sql`${inboxes.userId} BETWEEN ${value('from')} AND ${value('last')}`,
          sql`(${oldest} < ${value('before')} OR ${oldRead})`,
        ),
      )
      .orderBy(asc(inboxes.userId))
      .prepare(),
    eventTimes: database
      .select({ seq: inboxEvents.seq, createdAt: inboxEvents.createdAt })
      .from(inboxEvents)
      .where(eq(inboxEvents.userId, value('userId')))
      .orderBy(asc(inboxEvents.seq))
      .limit(value('limit'))
      .prepare(),
    deleteEventsUpTo: database
      .delete(inboxEvents)
      .where(and(eq(inboxEvents.userId, value('userId')), lte(inboxEvents.seq, value('upTo'))))
      .prepare(),
    setFloor: database
      .update(inboxes)
      .set({ floor: sql`${value('floor')}` })
      .where(eq(inboxes.userId, value('userId')))
      .prepare(),
    deleteOldRead: database
      .delete(notifications)
      .where(and(eq(userId, value('userId')), inArray(id, oldReadIds)))
      .prepare(),
    deleteEndedKeys: database
      .delete(idempotencyKeys)
      .where(sql`(${idempotencyKeys.userId}, ${idempotencyKeys.key}) IN ${endedKeys}`)
      .prepare(),
    deleteEndedTickets: database.delete(tickets).where(inArray(tickets.hash, endedTickets)).prepare(),
  };
}
