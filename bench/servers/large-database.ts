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
    owner AS (SELECT id AS report_id, owner_id FROM reports ORDER BY owner_id LIMIT @users),
    past AS (
      SELECT report_id, owner_id, n, @sinceMs + n * 1000 AS created_at,
        printf('0192%04x-0000-7000-8000-', n) AS prefix, substr(replace(report_id, '-', ''), -12) AS suffix
      FROM owner, number
    )`;
const statements = [
  `INSERT INTO inboxes (user_id, seq, floor, unread, unseen)
    SELECT owner_id, @perUser, 0, @perUser, @perUser FROM reports ORDER BY owner_id LIMIT @users`,
  `${past} INSERT INTO comments (report_id, id, author_id, author_name, body, created_at)
    SELECT report_id, prefix || suffix, 'w0', 'w0', 'Loved chapter two, and the third one.', created_at
    FROM past ORDER BY report_id, n`,
  `${past} INSERT INTO activities (id, type, topics, actor_id, actor_name, body, report_id, version, created_at, happened_at)
    SELECT prefix || suffix, 'NEW_COMMENT_ON_REPORT', json_array('report:' || report_id), 'w0', 'w0',
      'Loved chapter two, and the third one.', report_id, 0, created_at, created_at
    FROM past ORDER BY prefix || suffix`,
  `${past} INSERT INTO recipients (activity_id, user_id, notified, reason, rule)
    SELECT prefix || suffix, owner_id, 1, 'owner', 'watching' FROM past ORDER BY prefix || suffix`,
  `${past} INSERT INTO notifications (user_id, id, seq, state, activity_id, reason, topic, count, created_at, updated_at)
    SELECT owner_id, prefix || suffix, n, 0, prefix || suffix, 'owner', 'report:' || report_id, 1, created_at, created_at
    FROM past ORDER BY owner_id, n`,
  `${past} INSERT INTO inbox_events (user_id, seq, type, notification_id, unread, unseen, created_at)
    SELECT owner_id, n, 'notification', prefix || suffix, n, n, created_at FROM past ORDER BY owner_id, n`,
];
