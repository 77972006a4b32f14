import { sql } from '../drizzle.ts';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from './drizzle.ts';

/*
 * `src/use-cases/rows.ts` says what the columns mean. Every table is clustered by its primary key (WITHOUT ROWID) and
 * STRICT: a comment then costs few B-trees, and a user's rows lie side by side. drizzle-kit cannot say either, so the
 * generated migration is completed by hand before it is committed; `test/store/schema.test.ts` checks it.
 */

/** What is true of the whole database: its epoch, and the marks of `probe`. */
export const meta = sqliteTable('meta', {
  key: text().primaryKey(),
  value: text().notNull(),
});

export const reports = sqliteTable(
  'reports',
  {
    id: text().primaryKey(),
    title: text().notNull(),
    body: text().notNull(),
    ownerId: text('owner_id').notNull(),
    ownerName: text('owner_name').notNull(),
    createdAt: integer('created_at').notNull(),
    deletedAt: integer('deleted_at'),
    retractAfter: text('retract_after'),
  },
  (table) => [
    // Few: those whose comments are being taken back.
    index('reports_retracting')
      .on(table.id)
      .where(sql`retract_after IS NOT NULL`),
  ],
);

export const comments = sqliteTable(
  'comments',
  {
    reportId: text('report_id').notNull(),
    id: text().notNull(),
    parentId: text('parent_id'),
    authorId: text('author_id').notNull(),
    authorName: text('author_name').notNull(),
    body: text().notNull(),
    mentions: text(),
    createdAt: integer('created_at').notNull(),
    editedAt: integer('edited_at'),
    deletedAt: integer('deleted_at'),
  },
  // Ids grow with time: the comments of a report lie in the order in which they are listed.
  (table) => [primaryKey({ columns: [table.reportId, table.id] })],
);

/** What happened. The row is also the job: it says how far fan-out, update, and retraction have come. */
export const activities = sqliteTable(
  'activities',
  {
    id: text().primaryKey(),
    type: text().notNull(),
    topics: text().notNull(),
    actorId: text('actor_id'),
    actorName: text('actor_name'),
    title: text(),
    body: text(),
    url: text(),
    data: text(),
    reportId: text('report_id'),
    addressed: text(),
    groupKey: text('group_key'),
    publisher: text(),
    key: text(),
    fingerprint: text(),
    version: integer().notNull(),
    createdAt: integer('created_at').notNull(),
    happenedAt: integer('happened_at').notNull(),
    expiresAt: integer('expires_at'),
    retractedAt: integer('retracted_at'),
    dueAt: integer('due_at'),
    fanOutAfter: text('fan_out_after'),
    updateAfter: text('update_after'),
    retractAfter: text('retract_after'),
  },
  (table) => [
    // Few: those with something to do.
    index('activities_due')
      .on(table.dueAt, table.id)
      .where(sql`due_at IS NOT NULL`),
    // A publisher's key names one activity. The activities of comments have no key, and are not in this index.
    uniqueIndex('activities_key')
      .on(table.publisher, table.key)
      .where(sql`key IS NOT NULL`),
  ],
);

/** Who was considered for an activity. Its key makes sure that nobody is notified of it twice. */
export const recipients = sqliteTable(
  'recipients',
  {
    activityId: text('activity_id').notNull(),
    userId: text('user_id').notNull(),
    notified: integer().notNull(),
    reason: text(),
    rule: text().notNull(),
    notificationId: text('notification_id'),
  },
  (table) => [primaryKey({ columns: [table.activityId, table.userId] })],
);

export const watches = sqliteTable(
  'watches',
  {
    topic: text().notNull(),
    userId: text('user_id').notNull(),
    level: text().notNull(),
    because: text().notNull(),
    since: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.topic, table.userId] }),
    // The primary key finds the users who watch a topic; this index finds the topics that a user watches.
    index('watches_of_user').on(table.userId, table.topic),
  ],
);

export const settings = sqliteTable('settings', {
  userId: text('user_id').primaryKey(),
  data: text().notNull(),
  version: integer().notNull(),
});

/** The counters of a user; the row is what numbers their events. */
export const inboxes = sqliteTable('inboxes', {
  userId: text('user_id').primaryKey(),
  seq: integer().notNull(),
  floor: integer().notNull(),
  unread: integer().notNull(),
  unseen: integer().notNull(),
});

export const notifications = sqliteTable(
  'notifications',
  {
    userId: text('user_id').notNull(),
    id: text().notNull(),
    seq: integer().notNull(),
    state: integer().notNull(),
    activityId: text('activity_id').notNull(),
    reason: text().notNull(),
    topic: text(),
    openKey: text('open_key'),
    count: integer().notNull(),
    members: text(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    seenAt: integer('seen_at'),
    readAt: integer('read_at'),
    archivedAt: integer('archived_at'),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.id] }),
    // Every list is a few stretches of it: by state, newest first.
    index('notifications_listed').on(table.userId, table.state, table.seq),
    // The notifications that further activities of their group join.
    uniqueIndex('notifications_open')
      .on(table.userId, table.openKey)
      .where(sql`open_key IS NOT NULL`),
    // For pruning, which would read all of them otherwise. One that is written unread is not in it.
    index('notifications_read')
      .on(table.userId, table.readAt)
      .where(sql`read_at IS NOT NULL`),
  ],
);

/** The log. Content is not copied here: it is joined when the log is read. */
export const inboxEvents = sqliteTable(
  'inbox_events',
  {
    userId: text('user_id').notNull(),
    seq: integer().notNull(),
    type: text().notNull(),
    notificationId: text('notification_id'),
    extra: text(),
    unread: integer().notNull(),
    unseen: integer().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  // A replay reads one stretch of the primary key.
  (table) => [primaryKey({ columns: [table.userId, table.seq] })],
);

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    scope: text().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    subject: text().notNull(),
    endsAt: integer('ends_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.key] }),
    // Pruning finds ended keys by it.
    index('idempotency_keys_ends_at').on(table.endsAt),
  ],
);

export const tickets = sqliteTable(
  'tickets',
  {
    hash: text().primaryKey(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    sessionIssuedAt: integer('session_issued_at').notNull(),
    sessionEndsAt: integer('session_ends_at').notNull(),
    endsAt: integer('ends_at').notNull(),
  },
  (table) => [index('tickets_ends_at').on(table.endsAt)],
);

/** From when on older tokens of a user do not count. `seq` numbers the revocations in the order of their commits. */
export const revocations = sqliteTable(
  'revocations',
  {
    userId: text('user_id').primaryKey(),
    revokedAt: integer('revoked_at').notNull(),
    seq: integer().notNull(),
  },
  (table) => [index('revocations_seq').on(table.seq)],
);
