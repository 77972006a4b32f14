import type { SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgTable } from 'drizzle-orm/pg-core';
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
import { earlyKey, earlyReachMs } from '../early.ts';
import { revocationLock } from './locks.ts';
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

/**
 * Every statement that the store runs, prepared once: the query builder costs more than the round trip. Each has a name,
 * by which a connection that has parsed it once runs it again.
 */
export type Statements = ReturnType<typeof prepareStatements>;

const value = sql.placeholder;

/** The rows of arrays that lie side by side: the placeholder of each is named after its column. */
function rowsOf(columns: Readonly<Record<string, string>>): SQL {
  const arrays = Object.entries(columns).map(([name, type]) => sql`${value(name)}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays, sql`, `)})`;
}

/** All rows of a table's own shape, from one array for each column: many rows are inserted by one statement. */
function selectRows(table: PgTable): SQL {
  const types = Object.entries(getTableColumns(table)).map(([name, column]) => [
    name,
    column.getSQLType().replace(/ COLLATE .*/, ''),
  ]);
  return sql`select * from ${rowsOf(Object.fromEntries(types) as Record<string, string>)}`;
}

export function prepareStatements(database: NodePgDatabase) {
  return {
    ...metaStatements(database),
    ...reportStatements(database),
    ...inboxStatements(database),
    ...notificationStatements(database),
    ...idempotencyStatements(database),
    ...ticketStatements(database),
    ...revocationStatements(database),
  };
}

function metaStatements(database: NodePgDatabase) {
  return {
    /** Never goes back: another process may have written a later value. */
    setMeta: database
      .insert(meta)
      .values({ key: value('key'), value: value('value') })
      .onConflictDoUpdate({
        target: meta.key,
        set: { value: sql`greatest(${meta.value}, excluded.value)` },
      })
      .prepare('set_meta'),
    meta: database
      .select()
      .from(meta)
      .where(eq(meta.key, value('key')))
      .prepare('meta'),
  };
}

function reportStatements(database: NodePgDatabase) {
  const asked = rowsOf({ reportIds: 'text', ids: 'text' });
  return {
    insertReports: database.insert(reports).select(selectRows(reports)).prepare('insert_reports'),
    report: database
      .select()
      .from(reports)
      .where(eq(reports.id, value('id')))
      .prepare('report'),
    reportsOf: database
      .select()
      .from(reports)
      .where(sql`${reports.id} = any(${value('ids')}::text[])`)
      .prepare('reports_of'),
    reports: database
      .select()
      .from(reports)
      .where(lt(reports.id, value('before')))
      .orderBy(desc(reports.id))
      .limit(value('limit'))
      .prepare('reports'),
    insertComments: database.insert(comments).select(selectRows(comments)).prepare('insert_comments'),
    comment: database
      .select()
      .from(comments)
      .where(and(eq(comments.reportId, value('reportId')), eq(comments.id, value('id'))))
      .prepare('comment'),
    commentsOf: database
      .select()
      .from(comments)
      .where(sql`(${comments.reportId}, ${comments.id}) in (select * from ${asked})`)
      .prepare('comments_of'),
    comments: database
      .select()
      .from(comments)
      .where(and(eq(comments.reportId, value('reportId')), gt(comments.id, value('after'))))
      .orderBy(asc(comments.id))
      .limit(value('limit'))
      .prepare('comments'),
  };
}

function inboxStatements(database: NodePgDatabase) {
  const { userId, seq } = inboxEvents;
  const page = database
    .select()
    .from(inboxEvents)
    .where(and(eq(userId, value('userId')), gt(seq, value('after'))))
    .orderBy(asc(seq))
    .limit(value('limit'))
    .as('page');
  const counters = { userId: 'text', seq: 'bigint', unread: 'bigint', unseen: 'bigint' };
  return {
    inbox: database
      .select()
      .from(inboxes)
      .where(eq(inboxes.userId, value('userId')))
      .prepare('inbox'),
    /**
     * Locks the inboxes of these users, one after the other by user id, until the end of the transaction, and makes
     * those that are not there. What `where false` keeps from being updated is locked all the same.
     * https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
     */
    lockInboxes: database
      .insert(inboxes)
      .select(sql`select u, 0, 0, 0, 0 from unnest(${value('userIds')}::text[]) u order by u collate "C"`)
      .onConflictDoUpdate({ target: inboxes.userId, set: { seq: sql`excluded.seq` }, setWhere: sql`false` })
      .prepare('lock_inboxes'),
    inboxesOf: database
      .select()
      .from(inboxes)
      .where(sql`${inboxes.userId} = any(${value('userIds')}::text[])`)
      .prepare('inboxes_of'),
    heads: database
      .select({ userId: inboxes.userId, seq: inboxes.seq })
      .from(inboxes)
      .where(and(sql`${inboxes.userId} = any(${value('userIds')}::text[])`, gt(inboxes.seq, 0)))
      .prepare('heads'),
    setInboxes: database
      .update(inboxes)
      .set({ seq: sql`moved.seq`, unread: sql`moved.unread`, unseen: sql`moved.unseen` })
      .from(sql`${rowsOf(counters)} as moved (user_id, seq, unread, unseen)`)
      .where(sql`${inboxes.userId} = moved.user_id`)
      .prepare('set_inboxes'),
    insertEvents: database.insert(inboxEvents).select(selectRows(inboxEvents)).prepare('insert_events'),
    /** The inbox and some of its log, by one statement so that they are of one moment. */
    log: database
      .select()
      .from(inboxes)
      .leftJoin(page, sql`true`)
      .where(eq(inboxes.userId, value('userId')))
      .orderBy(asc(page.seq))
      .prepare('log'),
  };
}

function notificationStatements(database: NodePgDatabase) {
  const { userId, id, seq, seenAt, readAt, archivedAt } = notifications;
  const ofUser = eq(userId, value('userId'));
  const one = and(ofUser, eq(id, value('id')));
  const unreadUpTo = and(ofUser, isNull(readAt), lte(seq, value('upTo')));
  // What is unseen is always unread as well: said here so that the index of the unread ones serves.
  const unseenUpTo = and(unreadUpTo, isNull(seenAt));
  const counted = {
    all: count(),
    unread: sql`count(*) FILTER (WHERE ${archivedAt} IS NULL)`.mapWith(Number),
    unseen: sql`count(*) FILTER (WHERE ${archivedAt} IS NULL AND ${seenAt} IS NULL)`.mapWith(Number),
  };
  const now = sql`${value('now')}::bigint`;
  const read = { readAt: now, seenAt: sql`coalesce(${seenAt}, ${now})` };
  /** The inbox and some of its notifications, by one statement so that they are of one moment. */
  const list = (status: NotificationStatus) => {
    const page = database
      .select()
      .from(notifications)
      .where(and(ofUser, lt(id, value('before')), ...filters[status]))
      .orderBy(desc(id))
      .limit(value('limit'))
      .as('page');
    return database
      .select()
      .from(inboxes)
      .leftJoin(page, sql`true`)
      .where(eq(inboxes.userId, value('userId')))
      .orderBy(desc(page.id))
      .prepare(`notifications_${status}`);
  };
  const filters = {
    all: [isNull(archivedAt)],
    unread: [isNull(readAt), isNull(archivedAt)],
    read: [isNotNull(readAt), isNull(archivedAt)],
    archived: [isNotNull(archivedAt)],
  } satisfies Record<NotificationStatus, unknown>;

  return {
    insertNotifications: database
      .insert(notifications)
      .select(selectRows(notifications))
      .prepare('insert_notifications'),
    notificationsOf: database
      .select()
      .from(notifications)
      .where(sql`(${userId}, ${id}) in (select * from ${rowsOf({ userIds: 'text', ids: 'text' })})`)
      .prepare('notifications_of'),
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
      .prepare('set_notification_state'),
    countUnreadUpTo: database
      .select(counted)
      .from(notifications)
      .where(unreadUpTo)
      .prepare('count_unread_up_to'),
    countUnseenUpTo: database
      .select(counted)
      .from(notifications)
      .where(unseenUpTo)
      .prepare('count_unseen_up_to'),
    markReadUpTo: database.update(notifications).set(read).where(unreadUpTo).prepare('mark_read_up_to'),
    markSeenUpTo: database
      .update(notifications)
      .set({ seenAt: now })
      .where(unseenUpTo)
      .prepare('mark_seen_up_to'),
  };
}

function idempotencyStatements(database: NodePgDatabase) {
  const { userId, key } = idempotencyKeys;
  const asked = rowsOf({ userIds: 'text', keys: 'text' });
  return {
    /**
     * Takes each key for this transaction, unless another one has it. PostgreSQL lets go of it with the transaction,
     * however that ends, so after a crash no key is in flight.
     */
    takeKeys: database
      .select({
        userId: sql<string>`asked.user_id`,
        key: sql<string>`asked.key`,
        isTaken: sql<boolean>`pg_try_advisory_xact_lock(hashtextextended(asked.user_id || ' ' || asked.key, 0))`,
      })
      .from(sql`${asked} as asked (user_id, key)`)
      .prepare('take_keys'),
    idempotencyKeysOf: database
      .select()
      .from(idempotencyKeys)
      .where(
        and(sql`(${userId}, ${key}) in (select * from ${asked})`, gt(idempotencyKeys.endsAt, value('now'))),
      )
      .prepare('idempotency_keys_of'),
    /** Replaces keys that have ended and were not pruned yet. */
    setIdempotencyKeys: database
      .insert(idempotencyKeys)
      .select(selectRows(idempotencyKeys))
      .onConflictDoUpdate({
        target: [userId, key],
        set: {
          fingerprint: sql`excluded.fingerprint`,
          answer: sql`excluded.answer`,
          endsAt: sql`excluded.ends_at`,
        },
      })
      .prepare('set_idempotency_keys'),
  };
}

function ticketStatements(database: NodePgDatabase) {
  return {
    insertTickets: database.insert(tickets).select(selectRows(tickets)).prepare('insert_tickets'),
    takeTicket: database
      .delete(tickets)
      .where(eq(tickets.hash, value('hash')))
      .returning()
      .prepare('take_ticket'),
  };
}

function revocationStatements(database: NodePgDatabase) {
  return {
    /** Lets one transaction at a time number revocations, until it ends. */
    lockRevocations: database
      .select({ locked: sql`pg_advisory_xact_lock(${sql.raw(revocationLock)})` })
      .from(sql`(VALUES (1)) AS once`)
      .prepare('lock_revocations'),
    /** The moment is that of the database's clock: the clocks of the processes differ. */
    revoke: database
      .insert(revocations)
      .values({
        userId: value('userId'),
        revokedAt: sql`greatest(
          floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint,
          (SELECT ${meta.value}::bigint + ${sql.raw(String(earlyReachMs))} FROM ${meta} WHERE ${eq(meta.key, earlyKey)})
        )`,
        seq: sql`(SELECT coalesce(max(${revocations.seq}), 0) + 1 FROM ${revocations})`,
      })
      .onConflictDoUpdate({
        target: revocations.userId,
        // The clock may have gone back.
        set: {
          revokedAt: sql`greatest(${revocations.revokedAt}, excluded.revoked_at)`,
          seq: sql`excluded.seq`,
        },
      })
      .returning()
      .prepare('revoke'),
    revocations: database
      .select()
      .from(revocations)
      .where(gt(revocations.seq, value('after')))
      .orderBy(asc(revocations.seq))
      .prepare('revocations'),
  };
}
