import type { Placeholder, Table } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { NotificationStatus } from '../../domain/notification.ts';
import {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  isNotNull,
  isNull,
  lt,
  lte,
  sql,
} from '../drizzle.ts';
import { pruneStatements } from './prune-statements.ts';
import {
  comments,
  idempotencyKeys,
  inboxes,
  inboxEvents,
  meta,
  notifications,
  reports,
  revocations,
  tickets,
} from './schema.ts';

/** Every statement that the store runs, prepared once: the query builder alone costs more than SQLite does. */
export type Statements = ReturnType<typeof prepareStatements>;

const value = sql.placeholder;

/** A placeholder for every column of `table`, each by the column's name, so that a row is inserted as it is. */
function placeholders<T extends Table>(table: T) {
  const names = Object.keys(getTableColumns(table)) as (keyof T['_']['columns'] & string)[];
  return Object.fromEntries(names.map((name) => [name, value(name)])) as {
    [Name in keyof T['_']['columns'] & string]: Placeholder<Name>;
  };
}

export function prepareStatements(database: BetterSQLite3Database) {
  return {
    ...metaStatements(database),
    ...reportStatements(database),
    ...inboxStatements(database),
    ...notificationStatements(database),
    ...idempotencyStatements(database),
    ...ticketStatements(database),
    ...revocationStatements(database),
    ...pruneStatements(database),
  };
}

function metaStatements(database: BetterSQLite3Database) {
  return {
    setMeta: database
      .insert(meta)
      .values(placeholders(meta))
      .onConflictDoUpdate({ target: meta.key, set: { value: sql`excluded.value` } })
      .prepare(),
    meta: database
      .select()
      .from(meta)
      .where(eq(meta.key, value('key')))
      .prepare(),
  };
}

function reportStatements(database: BetterSQLite3Database) {
  return {
    insertReport: database.insert(reports).values(placeholders(reports)).prepare(),
    report: database
      .select()
      .from(reports)
      .where(eq(reports.id, value('id')))
      .prepare(),
    reports: database
      .select()
      .from(reports)
      .where(lt(reports.id, value('before')))
      .orderBy(desc(reports.id))
      .limit(value('limit'))
      .prepare(),
    insertComment: database.insert(comments).values(placeholders(comments)).prepare(),
    comment: database
      .select()
      .from(comments)
      .where(and(eq(comments.reportId, value('reportId')), eq(comments.id, value('id'))))
      .prepare(),
    comments: database
      .select()
      .from(comments)
      .where(and(eq(comments.reportId, value('reportId')), gt(comments.id, value('after'))))
      .orderBy(asc(comments.id))
      .limit(value('limit'))
      .prepare(),
  };
}

function inboxStatements(database: BetterSQLite3Database) {
  return {
    inbox: database
      .select()
      .from(inboxes)
      .where(eq(inboxes.userId, value('userId')))
      .prepare(),
    /** Takes the user's next number and moves the counts by `unread` and `unseen`. */
    advanceInbox: database
      .insert(inboxes)
      .values({ userId: value('userId'), seq: 1, unread: value('unread'), unseen: value('unseen') })
      .onConflictDoUpdate({
        target: inboxes.userId,
        set: {
          seq: sql`${inboxes.seq} + 1`,
          unread: sql`${inboxes.unread} + excluded.unread`,
          unseen: sql`${inboxes.unseen} + excluded.unseen`,
        },
      })
      .returning()
      .prepare(),
    insertEvent: database.insert(inboxEvents).values(placeholders(inboxEvents)).prepare(),
    events: database
      .select()
      .from(inboxEvents)
      .where(and(eq(inboxEvents.userId, value('userId')), gt(inboxEvents.seq, value('after'))))
      .orderBy(asc(inboxEvents.seq))
      .limit(value('limit'))
      .prepare(),
  };
}

function notificationStatements(database: BetterSQLite3Database) {
  const { userId, id, seq, seenAt, readAt, archivedAt } = notifications;
  const ofUser = eq(userId, value('userId'));
  const one = and(ofUser, eq(id, value('id')));
  const unreadUpTo = and(ofUser, isNull(readAt), lte(seq, value('upTo')));
  // What is unseen is always unread as well: said here so that the index of the unread ones serves.
  const unseenUpTo = and(unreadUpTo, isNull(seenAt));
  const counted = {
    all: count(),
    unread: sql<number>`count(*) FILTER (WHERE ${archivedAt} IS NULL)`,
    unseen: sql<number>`count(*) FILTER (WHERE ${archivedAt} IS NULL AND ${seenAt} IS NULL)`,
  };
  const read = { readAt: sql`${value('now')}`, seenAt: sql`coalesce(${seenAt}, ${value('now')})` };
  const list = (status: NotificationStatus) =>
    database
      .select()
      .from(notifications)
      .where(and(ofUser, lt(id, value('before')), ...filters[status]))
      .orderBy(desc(id))
      .limit(value('limit'))
      .prepare();
  const filters = {
    all: [isNull(archivedAt)],
    unread: [isNull(readAt), isNull(archivedAt)],
    read: [isNotNull(readAt), isNull(archivedAt)],
    archived: [isNotNull(archivedAt)],
  } satisfies Record<NotificationStatus, unknown>;

  return {
    insertNotification: database.insert(notifications).values(placeholders(notifications)).prepare(),
    notification: database.select().from(notifications).where(one).prepare(),
    notifications: {
      all: list('all'),
      unread: list('unread'),
      read: list('read'),
      archived: list('archived'),
    },
    setNotificationState: database
      .update(notifications)
      .set({
        seenAt: sql`${value('seenAt')}`,
        readAt: sql`${value('readAt')}`,
        archivedAt: sql`${value('archivedAt')}`,
      })
      .where(one)
      .prepare(),
    countUnreadUpTo: database.select(counted).from(notifications).where(unreadUpTo).prepare(),
    countUnseenUpTo: database.select(counted).from(notifications).where(unseenUpTo).prepare(),
    markReadUpTo: database.update(notifications).set(read).where(unreadUpTo).prepare(),
    markSeenUpTo: database
      .update(notifications)
      .set({ seenAt: sql`${value('now')}` })
      .where(unseenUpTo)
      .prepare(),
  };
}

function idempotencyStatements(database: BetterSQLite3Database) {
  const { userId, key } = idempotencyKeys;
  return {
    idempotencyKey: database
      .select()
      .from(idempotencyKeys)
      .where(
        and(eq(userId, value('userId')), eq(key, value('key')), gt(idempotencyKeys.endsAt, value('now'))),
      )
      .prepare(),
    /** Replaces a key that has ended and was not pruned yet. */
    setIdempotencyKey: database
      .insert(idempotencyKeys)
      .values(placeholders(idempotencyKeys))
      .onConflictDoUpdate({
        target: [userId, key],
        set: {
          fingerprint: sql`excluded.fingerprint`,
          answer: sql`excluded.answer`,
          endsAt: sql`excluded.ends_at`,
        },
      })
      .prepare(),
  };
}

function ticketStatements(database: BetterSQLite3Database) {
  return {
    insertTicket: database.insert(tickets).values(placeholders(tickets)).prepare(),
    takeTicket: database
      .delete(tickets)
      .where(eq(tickets.hash, value('hash')))
      .returning()
      .prepare(),
  };
}

function revocationStatements(database: BetterSQLite3Database) {
  return {
    revoke: database
      .insert(revocations)
      .values({
        userId: value('userId'),
        revokedAt: value('revokedAt'),
        seq: sql`(SELECT coalesce(max(${revocations.seq}), 0) + 1 FROM ${revocations})`,
      })
      .onConflictDoUpdate({
        target: revocations.userId,
        // The clock may have gone back.
        set: {
          revokedAt: sql`max(${revocations.revokedAt}, excluded.revoked_at)`,
          seq: sql`excluded.seq`,
        },
      })
      .returning()
      .prepare(),
    revocations: database
      .select()
      .from(revocations)
      .where(gt(revocations.seq, value('after')))
      .orderBy(asc(revocations.seq))
      .prepare(),
  };
}
