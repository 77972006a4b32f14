import Database from 'better-sqlite3';
import { parseCursor } from '../../src/domain/cursor.ts';
import type { Counts } from '../../src/domain/notification.ts';
import { until } from '../support/wait.ts';
import { ask } from './ask.ts';
import { digestOf } from './digest.ts';
import { threeWords } from './text.ts';
import type {
  FinalState,
  StoredActivity,
  StoredComment,
  StoredInbox,
  StoredNotification,
} from './history.ts';

/** What the API says of a user's inbox. */
export interface Head {
  readonly epoch: string;
  readonly seq: number;
  readonly counts: Counts;
}

/** Asks until there is an answer: the server may be down just now. */
export async function headOf(url: string, token: string): Promise<Head> {
  let head: Head | undefined;
  const find = async () => (head = await askForHead(url, token)) !== undefined;
  await until('the API to say what an inbox holds', find, 60_000);
  if (head === undefined) throw new Error('It was waited for, and is not there.');
  return head;
}

async function askForHead(url: string, token: string): Promise<Head | undefined> {
  try {
    const { json } = await ask(`${url}/notifications?limit=1`, { token });
    const cursor = parseCursor(String(json?.streamCursor));
    return cursor && { ...cursor, counts: json.counts as Counts };
  } catch {
    return undefined; // It broke, or there was no answer in time.
  }
}

/** Up to which event a user's log was pruned. May be asked while the server runs. */
export function floorOf(path: string, user: string): number {
  const database = new Database(path, { readonly: true });
  try {
    const floor = database
      .prepare<[string], number>('SELECT floor FROM inboxes WHERE user_id = ?')
      .pluck()
      .get(user);
    return floor ?? 0;
  } finally {
    database.close();
  }
}

/** With how many activities something is still to be done. May be asked while the server runs. */
export function workLeftIn(path: string): number {
  const database = new Database(path, { readonly: true });
  try {
    const count = 'SELECT count(*) FROM activities WHERE due_at IS NOT NULL';
    return database.prepare<[], number>(count).pluck().get() ?? 0;
  } finally {
    database.close();
  }
}

/**
 * Reads what the store holds from its file; the server must have ended.
 * @param told what the API said last, by user.
 * @throws when the file is damaged
 */
export function readFinalState(path: string, told: ReadonlyMap<string, Head>): FinalState {
  const database = new Database(path);
  try {
    const integrity = database.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') throw new Error(`The database is damaged: ${String(integrity)}`);
    const epoch = database.prepare<[], string>(`SELECT value FROM meta WHERE key = 'epoch'`).pluck().get();
    const reports = database
      .prepare<[], { id: string; owner: string }>('SELECT id, owner_id AS owner FROM reports')
      .all();
    const comments = database
      .prepare<[], Omit<StoredComment, 'isDeleted'> & { deletedAt: number | null }>(
        `SELECT id, report_id AS reportId, author_id AS author, substr(body, 1, 60) AS text,
                deleted_at AS deletedAt FROM comments`,
      )
      .all()
      .map(({ text, deletedAt, ...rest }): StoredComment => ({
        ...rest,
        text: threeWords(text),
        isDeleted: deletedAt !== null,
      }));
    const activities = database
      .prepare<[], { id: string; key: string; text: string; retractedAt: number | null }>(
        'SELECT id, key, title AS text, retracted_at AS retractedAt FROM activities WHERE publisher IS NOT NULL',
      )
      .all()
      .map(({ retractedAt, ...rest }): StoredActivity => ({ ...rest, isRetracted: retractedAt !== null }));
    const users = database.prepare<[], string>('SELECT user_id FROM inboxes').pluck().all();
    return {
      epoch: epoch ?? '',
      owners: new Map(reports.map(({ id, owner }) => [id, owner])),
      comments,
      activities,
      inboxes: new Map(users.map((user) => [user, readInbox(database, user, told.get(user))])),
    };
  } finally {
    database.close();
  }
}

const noCounts: Counts = { unread: 0, unseen: 0 };

function readInbox(database: Database.Database, user: string, head: Head | undefined): StoredInbox {
  const inbox = database
    .prepare<[string], { seq: number; floor: number } & Counts>(
      'SELECT seq, floor, unread, unseen FROM inboxes WHERE user_id = ?',
    )
    .get(user);
  const counted = database
    .prepare<[string], Counts>(
      `SELECT count(*) FILTER (WHERE read_at IS NULL) AS unread, count(*) FILTER (WHERE seen_at IS NULL) AS unseen
       FROM notifications WHERE user_id = ? AND archived_at IS NULL`,
    )
    .get(user);
  const events = database
    .prepare<[string], Counts & { seq: number; about: string }>(
      `SELECT seq, unread, unseen, coalesce(notification_id, extra) AS about FROM inbox_events
       WHERE user_id = ? ORDER BY seq`,
    )
    .all(user);
  const notifications = database
    .prepare<[string], StoredNotification>(
      'SELECT seq, activity_id AS activityId, reason FROM notifications WHERE user_id = ? ORDER BY seq',
    )
    .all(user);
  const { seq = 0, floor = 0, unread = 0, unseen = 0 } = inbox ?? {};
  return {
    seq,
    floor,
    counts: { unread, unseen },
    told: head?.counts ?? noCounts,
    counted: counted ?? noCounts,
    events: events.map(({ seq: number, about, ...rest }) => ({
      seq: number,
      digest: digestOf({ seq: number, counts: rest, about }),
    })),
    notifications,
  };
}
