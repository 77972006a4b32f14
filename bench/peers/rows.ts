import Database from 'better-sqlite3';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { randomUUID } from 'node:crypto';

/* What both application peers keep: the same rows as Carillon, written as an application would, one commit each. */

const reports = sqliteTable('reports', {
  id: text('id').primaryKey(),
  title: text('title').notNull(),
  ownerId: text('owner_id').notNull(),
});
const comments = sqliteTable('comments', {
  id: text('id').primaryKey(),
  reportId: text('report_id').notNull(),
  authorId: text('author_id').notNull(),
  body: text('body').notNull(),
  createdAt: integer('created_at').notNull(),
});
const notifications = sqliteTable('notifications', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  senderId: text('sender_id').notNull(),
  reportId: text('report_id').notNull(),
  type: text('type').notNull(),
  createdAt: integer('created_at').notNull(),
});

const connection = new Database(process.env['DATABASE'] ?? ':memory:');
connection.pragma('journal_mode = WAL');
connection.pragma('synchronous = FULL');
connection.exec(`
  CREATE TABLE reports (id TEXT PRIMARY KEY, title TEXT NOT NULL, owner_id TEXT NOT NULL);
  CREATE TABLE comments (id TEXT PRIMARY KEY, report_id TEXT NOT NULL, author_id TEXT NOT NULL, body TEXT NOT NULL,
    created_at INTEGER NOT NULL);
  CREATE INDEX comments_by_report ON comments (report_id, created_at);
  CREATE TABLE notifications (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, sender_id TEXT NOT NULL,
    report_id TEXT NOT NULL, type TEXT NOT NULL, created_at INTEGER NOT NULL);
  CREATE INDEX notifications_by_user ON notifications (user_id, created_at);
`);
const database = drizzle(connection);
connection.transaction(() => {
  const insert = connection.prepare('INSERT INTO reports VALUES (?, ?, ?)');
  for (let i = 0; i < Number(process.env['OWNERS']); i++) insert.run(`r${i}`, `Reading list ${i}`, `u${i}`);
  insert.run('all', 'Reading list 0', 'everybody');
})();

export interface Report {
  readonly id: string;
  readonly title: string;
  readonly ownerId: string;
}

export function reportOf(id: string): Report | undefined {
  return database.select().from(reports).where(eq(reports.id, id)).get();
}

/** Writes a comment and, in one commit with it, the notification of the report's owner. @returns what the owner is told */
export function addComment(report: Report, authorId: string, body: string) {
  const createdAt = Date.now();
  const comment = { id: randomUUID(), reportId: report.id, authorId, body, createdAt };
  const notification = {
    id: randomUUID(),
    userId: report.ownerId,
    senderId: authorId,
    reportId: report.id,
    type,
    createdAt,
  };
  // "immediate": a transaction that begins by reading may not be able to write later.
  database.transaction(
    (transaction) => {
      transaction.insert(comments).values(comment).run();
      transaction.insert(notifications).values(notification).run();
    },
    { behavior: 'immediate' },
  );
  return toldOf(notification, report, comment);
}

/** As many rows as SQLite has parameters for, in one statement. */
const rowsAtOnce = 5_000;

/**
 * Writes a comment and, in one commit with it, a notification for each of the first `count` users.
 * @returns what each is told, by user
 */
export function addToWatchers(report: Report, authorId: string, body: string, count: number) {
  const createdAt = Date.now();
  const comment = { id: randomUUID(), reportId: report.id, authorId, body, createdAt };
  const rows = Array.from({ length: count }, (_, i) => ({
    id: randomUUID(),
    userId: `u${i}`,
    senderId: authorId,
    reportId: report.id,
    type,
    createdAt,
  }));
  database.transaction(
    (transaction) => {
      transaction.insert(comments).values(comment).run();
      for (let i = 0; i < count; i += rowsAtOnce) {
        transaction
          .insert(notifications)
          .values(rows.slice(i, i + rowsAtOnce))
          .run();
      }
    },
    { behavior: 'immediate' },
  );
  return rows.map((row) => ({ userId: row.userId, told: toldOf(row, report, comment) }));
}

const type = 'NEW_COMMENT_ON_REPORT';

function toldOf(
  { id, senderId, createdAt }: { id: string; senderId: string; createdAt: number },
  report: Report,
  comment: { id: string; body: string },
) {
  return {
    seq: createdAt,
    notification: {
      id,
      type,
      reason: 'owner',
      actor: { id: senderId, name: senderId },
      report: { id: report.id, title: report.title },
      comment: { id: comment.id, excerpt: comment.body },
      createdAt: new Date(createdAt).toISOString(),
      seenAt: null,
      readAt: null,
      archivedAt: null,
    },
    counts: { unread: 1, unseen: 1 },
  };
}
