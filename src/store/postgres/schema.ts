import { sql } from '../drizzle.ts';
import {
  bigint,
  customType,
  index,
  pgSchema,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from './drizzle.ts';

/*
 * The tables of `../sqlite/schema.ts` in PostgreSQL's words. They have a schema of their own, so that Carillon can share
 * an application's database.
 */
export const carillon = pgSchema('carillon');

/**
 * Text that is compared and sorted byte by byte, as JavaScript and SQLite do it: the order in which inboxes are locked
 * must not depend on the language that the database was made for.
 */
const id = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });
/** A whole number, as exact as JavaScript's are. */
const integer = (name: string) => bigint(name, { mode: 'number' });

/** What is true of the whole database: its epoch, and the marks of `probe`. */
export const meta = carillon.table('meta', {
  key: id().primaryKey(),
  value: text().notNull(),
});

export const reports = carillon.table(
  'reports',
  {
    id: uuid().primaryKey(),
    title: text().notNull(),
    body: text().notNull(),
    ownerId: id('owner_id').notNull(),
    ownerName: text('owner_name').notNull(),
    createdAt: integer('created_at').notNull(),
    deletedAt: integer('deleted_at'),
    retractAfter: uuid('retract_after'),
  },
  (table) => [
    // Few: those whose comments are being taken back.
    index('reports_retracting')
      .on(table.id)
      .where(sql`retract_after IS NOT NULL`),
  ],
);

export const comments = carillon.table(
  'comments',
  {
    reportId: uuid('report_id').notNull(),
    id: uuid().notNull(),
    parentId: uuid('parent_id'),
    authorId: id('author_id').notNull(),
    authorName: text('author_name').notNull(),
    body: text().notNull(),
    mentions: text(),
    createdAt: integer('created_at').notNull(),
    editedAt: integer('edited_at'),
    deletedAt: integer('deleted_at'),
  },
  // Ids grow with time: the comments of a report are listed in the order of this index.
  (table) => [primaryKey({ columns: [table.reportId, table.id] })],
);

/** What happened. The row is also the job: it says how far fan-out, update, and retraction have come. */
export const activities = carillon.table(
  'activities',
  {
    id: uuid().primaryKey(),
    type: text().notNull(),
    topics: text().notNull(),
    actorId: id('actor_id'),
    actorName: text('actor_name'),
    title: text(),
    body: text(),
    url: text(),
    data: text(),
    reportId: uuid('report_id'),
    addressed: text(),
    groupKey: text('group_key'),
    publisher: id(),
    key: text(),
    fingerprint: text(),
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
    happenedAt: integer('happened_at').notNull(),
    expiresAt: integer('expires_at'),
    retractedAt: integer('retracted_at'),
    dueAt: integer('due_at'),
    fanOutAfter: id('fan_out_after'),
    updateAfter: id('update_after'),
    retractAfter: id('retract_after'),
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
export const recipients = carillon.table(
  'recipients',
  {
    activityId: uuid('activity_id').notNull(),
    userId: id('user_id').notNull(),
    notified: smallint().notNull(),
    reason: text(),
    rule: text().notNull(),
    notificationId: uuid('notification_id'),
  },
  (table) => [primaryKey({ columns: [table.activityId, table.userId] })],
);

export const watches = carillon.table(
  'watches',
  {
    topic: id().notNull(),
    userId: id('user_id').notNull(),
    level: text().notNull(),
    because: text().notNull(),
    since: integer('since').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.topic, table.userId] }),
    // The primary key finds the users who watch a topic; this index finds the topics that a user watches.
    index('watches_of_user').on(table.userId, table.topic),
  ],
);

export const settings = carillon.table('settings', {
  userId: id('user_id').primaryKey(),
  data: text().notNull(),
  version: integer('version').notNull(),
});

/** The counters of a user; the row is what numbers their events. */
export const inboxes = carillon.table('inboxes', {
  userId: id('user_id').primaryKey(),
  seq: integer('seq').notNull(),
  floor: integer('floor').notNull(),
  unread: integer('unread').notNull(),
  unseen: integer('unseen').notNull(),
});

export const notifications = carillon.table(
  'notifications',
  {
    userId: id('user_id').notNull(),
    id: uuid().notNull(),
    seq: integer('seq').notNull(),
    state: smallint().notNull(),
    activityId: uuid('activity_id').notNull(),
    reason: text().notNull(),
    topic: text(),
    openKey: text('open_key'),
    count: integer('count').notNull(),
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
export const inboxEvents = carillon.table(
  'inbox_events',
  {
    userId: id('user_id').notNull(),
    seq: integer('seq').notNull(),
    type: text().notNull(),
    notificationId: uuid('notification_id'),
    extra: text(),
    unread: integer('unread').notNull(),
    unseen: integer('unseen').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  // A replay reads one stretch of the primary key.
  (table) => [primaryKey({ columns: [table.userId, table.seq] })],
);

export const idempotencyKeys = carillon.table(
  'idempotency_keys',
  {
    scope: id().notNull(),
    key: id().notNull(),
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

export const tickets = carillon.table(
  'tickets',
  {
    hash: id().primaryKey(),
    actorId: id('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    sessionIssuedAt: integer('session_issued_at').notNull(),
    sessionEndsAt: integer('session_ends_at').notNull(),
    endsAt: integer('ends_at').notNull(),
  },
  (table) => [index('tickets_ends_at').on(table.endsAt)],
);

/** From when on older tokens of a user do not count. `seq` numbers the revocations in the order of their commits. */
export const revocations = carillon.table(
  'revocations',
  {
    userId: id('user_id').primaryKey(),
    revokedAt: integer('revoked_at').notNull(),
    seq: integer('seq').notNull(),
  },
  (table) => [index('revocations_seq').on(table.seq)],
);
