import { Client } from 'pg';
import type { Counts } from '../../src/domain/notification.ts';
import { digestOf } from './digest.ts';
import type { Head } from './final-state.ts';
import type { FinalState, StoredActivity, StoredComment, StoredInbox } from './history.ts';

/* As `final-state.ts`, of a PostgreSQL database. Its whole numbers of 64 bits come as text. */

/** With how many activities something is still to be done. */
export async function workLeftAt(url: string): Promise<number> {
  const client = new Client({ connectionString: url, options: '-c search_path=carillon' });
  await client.connect();
  try {
    const { rows } = await client.query(
      'SELECT count(*)::int AS count FROM activities WHERE due_at IS NOT NULL',
    );
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

/** Reads what the store holds; nobody must be writing any more. @param told what the API said last, by user. */
export async function readFinalPostgres(url: string, told: ReadonlyMap<string, Head>): Promise<FinalState> {
  const client = new Client({ connectionString: url, options: '-c search_path=carillon' });
  await client.connect();
  try {
    const select = async <T>(text: string) => (await client.query(text)).rows as T[];
    const meta = await select<{ value: string }>(`SELECT value FROM meta WHERE key = 'epoch'`);
    const reports = await select<{ id: string; owner: string }>('SELECT id, owner_id AS owner FROM reports');
    const comments = await select<StoredComment>(
      `SELECT id, report_id AS "reportId", author_id AS author, deleted_at IS NOT NULL AS "isDeleted",
              array_to_string((string_to_array(body, ' '))[1:3], ' ') AS text FROM comments`,
    );
    const activities = await select<StoredActivity>(
      `SELECT id, key, title AS text, retracted_at IS NOT NULL AS "isRetracted" FROM activities WHERE publisher IS NOT NULL`,
    );
    const inboxes = await select<InboxRow>(
      'SELECT user_id AS "user", seq, floor, unread, unseen FROM inboxes',
    );
    const counted = await select<{ user: string } & TextCounts>(
      `SELECT user_id AS "user", count(*) FILTER (WHERE read_at IS NULL) AS unread,
              count(*) FILTER (WHERE seen_at IS NULL) AS unseen
       FROM notifications WHERE archived_at IS NULL GROUP BY user_id`,
    );
    const events = await select<{ user: string; seq: string; about: string } & TextCounts>(
      `SELECT user_id AS "user", seq, unread, unseen, coalesce(notification_id::text, extra) AS about
       FROM inbox_events ORDER BY user_id, seq`,
    );
    const notifications = await select<{ user: string; seq: string; activityId: string; reason: string }>(
      'SELECT user_id AS "user", seq, activity_id AS "activityId", reason FROM notifications ORDER BY user_id, seq',
    );
    const inboxOf = ({ user, seq, floor, ...counts }: InboxRow): StoredInbox => {
      const own = <T extends { user: string }>(rows: readonly T[]) => rows.filter((row) => row.user === user);
      return {
        seq: Number(seq),
        floor: Number(floor),
        counts: numbers(counts),
        told: told.get(user)?.counts ?? none,
        counted: numbers(own(counted)[0] ?? { unread: '0', unseen: '0' }),
        events: own(events).map(({ about, seq: text, ...rest }) => ({
          seq: Number(text),
          digest: digestOf({ seq: Number(text), counts: numbers(rest), about }),
        })),
        notifications: own(notifications).map((one) => ({
          seq: Number(one.seq),
          activityId: one.activityId,
          reason: one.reason,
        })),
      };
    };
    return {
      epoch: meta[0]?.value ?? '',
      owners: new Map(reports.map(({ id, owner }) => [id, owner])),
      comments,
      activities,
      inboxes: new Map(inboxes.map((row) => [row.user, inboxOf(row)])),
    };
  } finally {
    await client.end();
  }
}

interface TextCounts {
  readonly unread: string;
  readonly unseen: string;
}

interface InboxRow extends TextCounts {
  readonly user: string;
  readonly seq: string;
  readonly floor: string;
}

const none: Counts = { unread: 0, unseen: 0 };

function numbers({ unread, unseen }: TextCounts): Counts {
  return { unread: Number(unread), unseen: Number(unseen) };
}
