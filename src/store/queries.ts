import { listedStates, unreadStates, unseenStates } from '../domain/state-code.ts';
import type { QueryName } from '../use-cases/queries.ts';
import { getTableConfig } from './sqlite/drizzle.ts';
import * as schema from './sqlite/schema.ts';

/*
 * The SQL of every query, in words that both databases know. `:name` is a value. `IN :names[text]` and `IN :ids[uuid]`
 * are one of a list. A result's columns are named in camelCase by whoever runs it.
 */

/** Every column of a table, by name: a prepared `SELECT *` fails when another version adds one meanwhile. */
function columnsOf(table: keyof typeof schema, of = ''): string {
  return getTableConfig(schema[table])
    .columns.map(({ name }) => `${of}${name}`)
    .join(', ');
}

/** A notification with the activity that it shows; its report when that was not deleted. */
const view = `n.id, n.seq, n.reason, n.topic, n.count, n.members, n.created_at, n.updated_at, n.seen_at, n.read_at,
  n.archived_at, n.activity_id, a.type, a.actor_id, a.actor_name, a.title, a.body, a.url, a.data, a.retracted_at,
  a.report_id, r.title AS report_title`;
const joined = `LEFT JOIN activities a ON a.id = n.activity_id
  LEFT JOIN reports r ON r.id = a.report_id AND r.deleted_at IS NULL`;
const ofInbox = 'i.seq AS head, i.floor, i.unread, i.unseen';

/** Rows in several states: a stretch of the index for each state, so that no more is read than is needed. */
function stretches(columns: string, states: readonly number[], where: string, order: 'ASC' | 'DESC'): string {
  const parts = states.map(
    (state) => `SELECT * FROM (SELECT ${columns} FROM notifications
      WHERE user_id = :userId AND state = ${state} AND ${where} ORDER BY seq ${order} LIMIT :limit) s${state}`,
  );
  return `SELECT ${columns} FROM (${parts.join(' UNION ALL ')}) stretches ORDER BY seq ${order} LIMIT :limit`;
}

/** One list and its inbox, by one statement so that they are of one moment. */
function list(states: readonly number[]): string {
  const where = 'seq < :before AND (CAST(:topic AS text) IS NULL OR topic = :topic)';
  return `SELECT ${ofInbox}, ${view} FROM inboxes i LEFT JOIN (${stretches('*', states, where, 'DESC')}) n ON true
    ${joined} WHERE i.user_id = :userId ORDER BY n.seq DESC`;
}

function marks(states: readonly number[]): string {
  return stretches('id, seq, seen_at, read_at, archived_at', states, 'seq <= :upTo', 'ASC');
}

/** 1 where a text matches the pattern: the text itself may be long, and stays where it is. */
function matches(column: string): string {
  return `CASE WHEN ${column} LIKE :pattern ESCAPE '!' THEN 1 ELSE 0 END AS is_match`;
}

export const queries = {
  reports: `SELECT ${columnsOf('reports')} FROM reports
    WHERE id < :before AND deleted_at IS NULL ORDER BY id DESC LIMIT :limit`,
  comments: `SELECT ${columnsOf('comments')} FROM comments
    WHERE report_id = :reportId AND id > :after ORDER BY id LIMIT :limit`,

  // Asked with every comment. Who is muted has a row as well, and is not found.
  watchers: `SELECT user_id FROM watches WHERE topic = :topic AND user_id > :after AND level = 'all'
    ORDER BY user_id LIMIT :limit`,

  // What is still to be done, found again after a crash.
  retractingReports: 'SELECT id FROM reports WHERE retract_after IS NOT NULL ORDER BY id LIMIT 1',
  running: 'SELECT id, topics FROM activities WHERE due_at <= :now AND fan_out_after IS NOT NULL',
  due: `SELECT id, topics, fan_out_after, due_at FROM activities WHERE due_at IS NOT NULL
    ORDER BY due_at, id LIMIT :limit`,
  activityByKey: `SELECT ${columnsOf('activities')} FROM activities
    WHERE publisher = :publisher AND key = :key AND key IS NOT NULL`,
  // Who was considered for an activity; the key makes each of them one look.
  recipientsAmong: `SELECT ${columnsOf('recipients')} FROM recipients
    WHERE activity_id = :activityId AND user_id IN :userIds[text]`,
  notified: `SELECT ${columnsOf('recipients')} FROM recipients
    WHERE activity_id = :activityId AND user_id > :after AND notified = 1 ORDER BY user_id LIMIT :limit`,
  recipients: `SELECT ${columnsOf('recipients')} FROM recipients
    WHERE activity_id = :activityId AND user_id > :after ORDER BY user_id LIMIT :limit`,
  countNotified: 'SELECT count(*) AS count FROM recipients WHERE activity_id = :activityId AND notified = 1',
  countWatchers: `SELECT count(DISTINCT user_id) AS count FROM watches
    WHERE topic IN :topics[text] AND user_id > :after AND level = 'all'`,
  // Pages of watches, by who has them and by what they are about.
  watchesOfTopic: `SELECT ${columnsOf('watches')} FROM watches
    WHERE topic = :topic AND user_id > :after ORDER BY user_id LIMIT :limit`,
  watchesOfUser: `SELECT ${columnsOf('watches')} FROM watches
    WHERE user_id = :userId AND topic > :after ORDER BY topic LIMIT :limit`,
  // `open_key IS NOT NULL` is said again so that the partial index can be used.
  openNotifications: `SELECT ${columnsOf('notifications')} FROM notifications
    WHERE user_id IN :userIds[text] AND open_key = :openKey AND open_key IS NOT NULL`,
  // By the whole list of topics, not the first one alone: access is taken away from everything that has the topic.
  aboutTopic: `SELECT ${columnsOf('notifications', 'n.')}, a.topics FROM notifications n
    JOIN activities a ON a.id = n.activity_id
    WHERE n.user_id = :userId AND n.id > :after AND a.topics LIKE :pattern ESCAPE '!' ORDER BY n.id LIMIT :limit`,

  // What a user reads: lists by state, marks up to a number, the log.
  listAll: list(listedStates.all),
  listUnread: list(listedStates.unread),
  listRead: list(listedStates.read),
  listArchived: list(listedStates.archived),
  notifications: `SELECT ${view} FROM notifications n ${joined} WHERE n.user_id = :userId AND n.id IN :ids[uuid]`,
  unreadUpTo: marks(unreadStates),
  unseenUpTo: marks(unseenStates),
  unreadAbout: stretches(
    'id, seq, seen_at, read_at, archived_at',
    unreadStates,
    'topic = :topic AND seq <= :upTo',
    'ASC',
  ),
  causedBy: `SELECT ${columnsOf('notifications', 'n.')} FROM notifications n JOIN activities a ON a.id = n.activity_id
    WHERE n.user_id = :userId AND n.id > :after AND a.actor_id = :actorId ORDER BY n.id LIMIT :limit`,
  actors: 'SELECT id, actor_id, actor_name FROM activities WHERE id IN :ids[uuid]',

  log: `SELECT ${ofInbox}, e.seq AS event_seq, e.type AS event_type, e.notification_id, e.extra,
      e.unread AS event_unread, e.unseen AS event_unseen, ${view}
    FROM inboxes i
    LEFT JOIN (SELECT * FROM inbox_events WHERE user_id = :userId AND seq > :after ORDER BY seq LIMIT :limit) e ON true
    LEFT JOIN notifications n ON n.user_id = e.user_id AND n.id = e.notification_id
    ${joined} WHERE i.user_id = :userId ORDER BY e.seq`,
  // A user without an event has a row when somebody has locked it, and no head.
  heads: 'SELECT user_id, seq FROM inboxes WHERE user_id IN :userIds[text] AND seq > 0',

  revocations: 'SELECT user_id, revoked_at, seq FROM revocations WHERE seq > :after ORDER BY seq',
  lastRevocation: 'SELECT seq FROM revocations ORDER BY seq DESC LIMIT 1',
  clock: 'SELECT :now AS now',

  // Pruning goes from user to user.
  inboxesFrom: 'SELECT user_id FROM inboxes WHERE user_id >= :from ORDER BY user_id LIMIT :limit',
  // Of each user by itself: an EXISTS may be answered by reading the whole table once.
  usersWithOld: `SELECT i.user_id FROM inboxes i WHERE i.user_id IN :userIds[text] AND (
      (SELECT e.created_at FROM inbox_events e WHERE e.user_id = i.user_id AND e.seq = i.floor + 1) < :before
      OR (SELECT n.read_at FROM notifications n
        WHERE n.user_id = i.user_id AND n.read_at < :before LIMIT 1) IS NOT NULL
    ) ORDER BY i.user_id`,
  eventTimes: 'SELECT seq, created_at FROM inbox_events WHERE user_id = :userId ORDER BY seq LIMIT :limit',
  readBefore: 'SELECT id FROM notifications WHERE user_id = :userId AND read_at < :before LIMIT :limit',
  newestActivity: 'SELECT created_at FROM activities ORDER BY id DESC LIMIT 1',
  // Comments have the ids of their activities.
  newestId: `SELECT id FROM (SELECT * FROM (SELECT id FROM activities ORDER BY id DESC LIMIT 1) a
    UNION ALL SELECT * FROM (SELECT id FROM reports ORDER BY id DESC LIMIT 1) r) newest ORDER BY id DESC LIMIT 1`,
  endedKeys: 'SELECT scope, key FROM idempotency_keys WHERE ends_at <= :now LIMIT :limit',
  endedTickets: 'SELECT hash FROM tickets WHERE ends_at <= :now LIMIT :limit',

  // Export and erasure: everything about one person, in pages.
  notificationsOf: `SELECT ${columnsOf('notifications')} FROM notifications
    WHERE user_id = :userId AND id > :after ORDER BY id LIMIT :limit`,
  eventsOf: `SELECT ${columnsOf('inboxEvents')} FROM inbox_events
    WHERE user_id = :userId AND seq > :after ORDER BY seq LIMIT :limit`,
  keysOf: `SELECT ${columnsOf('idempotencyKeys')} FROM idempotency_keys
    WHERE scope = :scope AND key > :after ORDER BY key LIMIT :limit`,
  ticketsFrom: `SELECT ${columnsOf('tickets')} FROM tickets WHERE hash > :after ORDER BY hash LIMIT :limit`,
  reportsFrom: 'SELECT id, owner_id FROM reports WHERE id > :after ORDER BY id LIMIT :limit',
  activitiesFrom: `SELECT a.id, a.report_id, a.actor_id, ${matches('a.addressed')}, r.user_id AS recipient_id
    FROM activities a LEFT JOIN recipients r ON r.activity_id = a.id AND r.user_id = :userId
    WHERE a.id > :after ORDER BY a.id LIMIT :limit`,
  settingsFrom: `SELECT user_id, ${matches('data')} FROM settings
    WHERE user_id > :after ORDER BY user_id LIMIT :limit`,
} as const satisfies Record<QueryName, string>;

/**
 * Compiles a query for one driver.
 * @param place what stands for a value in its SQL.
 * @param oneOf what follows a column to say that it is one of a list of that type.
 */
export function compile(
  sql: string,
  place: (name: string) => string,
  oneOf: (name: string, type: string) => string,
): string {
  return sql
    .replace(/\s+/g, ' ')
    .replace(/IN :(\w+)\[(\w+)\]|:(\w+)/g, (_, list: string | undefined, type: string, name: string) =>
      list === undefined ? place(name) : oneOf(list, type),
    );
}
