import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { sql } from '../drizzle.ts';
import { foreignKey, index, integer, primaryKey, sqliteTable, text } from './drizzle.ts';

/*
 * Every table is clustered by its primary key (WITHOUT ROWID) and STRICT: a comment then costs few B-trees, and a
 * user's rows lie side by side. drizzle-kit cannot say either, so the generated migration is completed by hand before
 * it is committed; `test/store/schema.test.ts` holds it down. Times are Unix milliseconds.
 */

/** What is true of the whole database: its epoch, and the marks of `probe`. */
export const meta = sqliteTable('meta', {
  key: text().primaryKey(),
  value: text().notNull(),
});

export const reports = sqliteTable('reports', {
  id: text().primaryKey(),
  title: text().notNull(),
  body: text().notNull(),
  ownerId: text('owner_id').notNull(),
  ownerName: text('owner_name').notNull(),
  createdAt: integer('created_at').notNull(),
});

export const comments = sqliteTable(
  'comments',
  {
    reportId: text('report_id')
      .notNull()
      .references(() => reports.id),
    id: text().notNull(),
    parentId: text('parent_id'),
    authorId: text('author_id').notNull(),
    authorName: text('author_name').notNull(),
    body: text().notNull(),
    createdAt: integer('created_at').notNull(),
    editedAt: integer('edited_at'),
  },
  (table) => [
    primaryKey({ columns: [table.reportId, table.id] }),
    foreignKey({
      columns: [table.reportId, table.parentId],
      foreignColumns: [table.reportId, table.id] as [AnySQLiteColumn, AnySQLiteColumn],
    }),
  ],
);

/** The counters of a user; the row is what numbers their events. */
export const inboxes = sqliteTable('inboxes', {
  userId: text('user_id').primaryKey(),
  seq: integer().notNull(),
  floor: integer().notNull().default(0),
  unread: integer().notNull(),
  unseen: integer().notNull(),
});

export const notifications = sqliteTable(
  'notifications',
  {
    userId: text('user_id')
      .notNull()
      .references(() => inboxes.userId),
    id: text().notNull(),
    /** The number of the event that created it. */
    seq: integer().notNull(),
    type: text().notNull(),
    reason: text().notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    reportId: text('report_id').notNull(),
    reportTitle: text('report_title').notNull(),
    commentId: text('comment_id').notNull(),
    commentExcerpt: text('comment_excerpt').notNull(),
    createdAt: integer('created_at').notNull(),
    seenAt: integer('seen_at'),
    readAt: integer('read_at'),
    archivedAt: integer('archived_at'),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.id] }),
    // Few are unread and few are archived: what is listed or counted by that must not read past all the others.
    index('notifications_unread')
      .on(table.userId, table.id)
      .where(sql`read_at IS NULL`),
    index('notifications_archived')
      .on(table.userId, table.id)
      .where(sql`archived_at IS NOT NULL`),
    // For pruning, which would read all of them otherwise; one that is written unread is not in it.
    index('notifications_read')
      .on(table.userId, table.readAt)
      .where(sql`read_at IS NOT NULL`),
  ],
);

export const inboxEvents = sqliteTable(
  'inbox_events',
  {
    userId: text('user_id')
      .notNull()
      .references(() => inboxes.userId),
    seq: integer().notNull(),
    type: text().notNull(),
    /** The wire's `data`, as it was written. */
    data: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.seq] })],
);

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    userId: text('user_id').notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    /** The first answer, as JSON. */
    answer: text().notNull(),
    endsAt: integer('ends_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.key] }),
    index('idempotency_keys_ends_at').on(table.endsAt),
  ],
);

export const tickets = sqliteTable(
  'tickets',
  {
    hash: text().primaryKey(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    sessionEndsAt: integer('session_ends_at').notNull(),
    endsAt: integer('ends_at').notNull(),
    sessionIssuedAt: integer('session_issued_at').notNull().default(0),
  },
  (table) => [index('tickets_ends_at').on(table.endsAt)],
);

/** From when on older tokens of a user do not count. `seq` numbers the revocations in the order of their commits. */
export const revocations = sqliteTable(
  'revocations',
  {
    userId: text('user_id').primaryKey(),
    revokedAt: integer('revoked_at').notNull(),
    seq: integer().notNull().default(0),
  },
  (table) => [
    // The version before reads by it.
    index('revocations_revoked_at').on(table.revokedAt),
    index('revocations_seq').on(table.seq),
  ],
);
