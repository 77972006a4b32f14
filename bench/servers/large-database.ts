import { closeSync, copyFileSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { CarillonSeed } from './carillon-seed.ts';

/** Younger than what is pruned: pruning a million events is not what is measured. */
const pastMs = 60 * 24 * 60 * 60 * 1000;

/**
 * A database with so many notifications, their comments and their events, as if the users had been hearing of comments
 * for months. Written in SQL and not through the API, which would take minutes.
 */
export function growDatabase(seed: CarillonSeed, folder: string, notifications: number): string {
  const path = join(folder, `grown-${notifications}.db`);
  copyFileSync(seed.database, path);
  const database = new Database(path);
  // Nothing here needs to survive a crash, and then it is a file like every other.
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -262144');
  const perUser = Math.ceil(notifications / seed.reportIds.length);
  const values = { perUser, sinceMs: Date.now() - pastMs, users: Math.floor(notifications / perUser) };
  database.transaction(() => {
    for (const statement of statements) database.prepare(statement).run(values);
  })();
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  toDisk(path);
  return path;
}

/** Now, and not half a minute later, in the middle of a run. */
function toDisk(path: string): void {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}

/** Each user's events, in the order of the primary keys. Ids look like UUIDs of version 7 from the past, and sort like them. */
const past = `
  WITH RECURSIVE
    number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < @perUser),
    owner AS (SELECT id AS report_id, title, owner_id FROM reports ORDER BY owner_id LIMIT @users),
    past AS (
      SELECT report_id, title, owner_id, n, @sinceMs + n * 1000 AS created_at,
        printf('0192%04x-0000-7000-8000-', n) AS prefix, substr(replace(report_id, '-', ''), -12) AS suffix
      FROM owner, number
    )`;
const statements = [
  `INSERT INTO inboxes (user_id, seq, floor, unread, unseen)
    SELECT owner_id, @perUser, 0, @perUser, @perUser FROM reports ORDER BY owner_id LIMIT @users`,
  `${past} INSERT INTO comments (report_id, id, parent_id, author_id, author_name, body, created_at, edited_at)
    SELECT report_id, prefix || suffix, NULL, 'w0', 'w0', 'Loved chapter two, and the third one.', created_at, NULL
    FROM past ORDER BY report_id, n`,
  `${past} INSERT INTO notifications (user_id, id, seq, type, reason, actor_id, actor_name, report_id, report_title,
      comment_id, comment_excerpt, created_at)
    SELECT owner_id, prefix || suffix, n, 'NEW_COMMENT_ON_REPORT', 'owner', 'w0', 'w0', report_id, title,
      prefix || suffix, 'Loved chapter two, and the third one.', created_at
    FROM past ORDER BY owner_id, n`,
  `${past} INSERT INTO inbox_events (user_id, seq, type, data, created_at)
    SELECT owner_id, n, 'notification', json_object(
      'seq', n,
      'notification', json_object('id', prefix || suffix, 'type', 'NEW_COMMENT_ON_REPORT', 'reason', 'owner',
        'actor', json_object('id', 'w0', 'name', 'w0'), 'report', json_object('id', report_id, 'title', title),
        'comment', json_object('id', prefix || suffix, 'excerpt', 'Loved chapter two, and the third one.'),
        'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch'),
        'seenAt', NULL, 'readAt', NULL, 'archivedAt', NULL),
      'counts', json_object('unread', n, 'unseen', n)), created_at
    FROM past ORDER BY owner_id, n`,
];
