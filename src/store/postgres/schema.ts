import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { sql } from '../drizzle.ts';
import { bigint, customType, foreignKey, index, pgTable, primaryKey, text } from './drizzle.ts';

/* The tables of `../sqlite/schema.ts` in PostgreSQL's words. Times are Unix milliseconds. */

/**
 * Text that is compared and sorted byte by byte, as JavaScript and SQLite do it: what is sorted by an id, and the order
 * in which inboxes are locked, must not depend on the language that the database was made for.
 */
const id = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });
/** A whole number, as exact as JavaScript's are. */
const integer = (name: string) => bigint(name, { mode: 'number' });

/** What is true of the whole database: its epoch, and the marks of `probe`. */
export const meta = pgTable('meta', {
  key: id().primaryKey(),
  value: text().notNull(),
});

export const reports = pgTable('reports', {
  id: id().primaryKey(),
  title: text().notNull(),
  body: text().notNull(),
  ownerId: id('owner_id').notNull(),
  ownerName: text('owner_name').notNull(),
  createdAt: integer('created_at').notNull(),
});

export const comments = pgTable(
  'comments',
  {
    reportId: id('report_id')
      .notNull()
      .references(() => reports.id),
    id: id().notNull(),
    parentId: id('parent_id'),
    authorId: id('author_id').notNull(),
    authorName: text('author_name').notNull(),
    body: text().notNull(),
    createdAt: integer('created_at').notNull(),
    editedAt: integer('edited_at'),
  },
  (table) => [
    primaryKey({ columns: [table.reportId, table.id] }),
    foreignKey({
      columns: [table.reportId, table.parentId],
      foreignColumns: [table.reportId, table.id] as [AnyPgColumn, AnyPgColumn],
    }),
  ],
);

/** The counters of a user; the row is what numbers their events. */
export const inboxes = pgTable('inboxes', {
  userId: id('user_id').primaryKey(),
  seq: integer('seq').notNull(),
  floor: integer('floor').notNull().default(0),
  unread: integer('unread').notNull(),
  unseen: integer('unseen').notNull(),
});

export const notifications = pgTable(
  'notifications',
  {
    userId: id('user_id')
      .notNull()
      .references(() => inboxes.userId),
    id: id().notNull(),
    /** The number of the event that created it. */
    seq: integer('seq').notNull(),
    type: text().notNull(),
    reason: text().notNull(),
    actorId: id('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    reportId: id('report_id').notNull(),
    reportTitle: text('report_title').notNull(),
    commentId: id('comment_id').notNull(),
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

export const inboxEvents = pgTable(
  'inbox_events',
  {
    userId: id('user_id')
      .notNull()
      .references(() => inboxes.userId),
    seq: integer('seq').notNull(),
    type: text().notNull(),
    /** The wire's `data`, as it was written. */
    data: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.seq] })],
);

export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: id('user_id').notNull(),
    key: id().notNull(),
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

export const tickets = pgTable(
  'tickets',
  {
    hash: id().primaryKey(),
    actorId: id('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    sessionEndsAt: integer('session_ends_at').notNull(),
    endsAt: integer('ends_at').notNull(),
    sessionIssuedAt: integer('session_issued_at').notNull().default(0),
  },
  (table) => [index('tickets_ends_at').on(table.endsAt)],
);

/** From when on older tokens of a user do not count. `seq` numbers the revocations in the order of their commits. */
export const revocations = pgTable(
  'revocations',
  {
    userId: id('user_id').primaryKey(),
    revokedAt: integer('revoked_at').notNull(),
    seq: integer('seq').notNull().default(0),
  },
  (table) => [
    // The version before reads by it.
    index('revocations_revoked_at').on(table.revokedAt),
    index('revocations_seq').on(table.seq),
  ],
);
