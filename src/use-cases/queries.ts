import type { NotificationView } from '../domain/notification-view.ts';
import type {
  ActivityRow,
  CommentRow,
  IdempotencyKeyRow,
  InboxEventRow,
  NotificationRow,
  RecipientRow,
  ReportRow,
  RevocationRow,
  TicketRow,
  WatchRow,
} from './rows.ts';

interface Query<Args, Row> {
  readonly args: Args;
  readonly row: Row;
}

/** The inbox of the same moment, on every row of a page. */
export interface OfInbox {
  readonly head: number;
  readonly floor: number;
  readonly unread: number;
  readonly unseen: number;
}

/** A row of a page, with its inbox; the inbox alone when the page is empty, and no row when there is no inbox. */
export type WithInbox<T> = OfInbox & (T | { readonly [C in keyof T]: null });

/** A part of one list of a user's: at most `limit` rows, raised before the event `before`, newest first. */
interface ListArgs {
  readonly userId: string;
  /** Only of this topic; null for all. */
  readonly topic: string | null;
  readonly before: number;
  readonly limit: number;
}

/** The notification of a list, its columns named apart from the inbox's. */
export interface ListedNotification extends NotificationView {
  readonly members: string | null;
}

/** One stored event with the notification that it is about, as that is now. */
export interface LoggedEvent {
  readonly eventSeq: number;
  readonly eventType: string;
  readonly notificationId: string | null;
  readonly extra: string | null;
  readonly eventUnread: number;
  readonly eventUnseen: number;
}

/** Marks of a notification. */
export interface MarkRow {
  readonly id: string;
  readonly seq: number;
  readonly seenAt: number | null;
  readonly readAt: number | null;
  readonly archivedAt: number | null;
}

/** What an activity has to do with one user. */
export interface ConcernRow extends Pick<ActivityRow, 'id' | 'reportId' | 'actorId'> {
  /** 1 where the text of `addressed` matches the pattern. */
  readonly isMatch: number;
  /** The user, when they were considered for it. */
  readonly recipientId: string | null;
}

/** Every query that is more than a row by its key. `store/queries.ts` has the SQL. */
export interface Queries {
  /** Newest first. */
  reports: Query<{ before: string; limit: number }, ReportRow>;
  /** Oldest first. */
  comments: Query<{ reportId: string; after: string; limit: number }, CommentRow>;

  /** Users who watch a topic at level `all`, by id. */
  watchers: Query<{ topic: string; after: string; limit: number }, { userId: string }>;

  /** Deleted reports whose comments are being taken back. */
  retractingReports: Query<Record<string, never>, { id: string }>;
  /** Activities that still reach people. */
  running: Query<{ now: number }, Pick<ActivityRow, 'id' | 'topics'>>;
  /** Activities with something to do, the next first. */
  due: Query<{ limit: number }, Pick<ActivityRow, 'id' | 'topics' | 'fanOutAfter' | 'dueAt'>>;
  activityByKey: Query<{ publisher: string; key: string }, ActivityRow>;
  /** Those of these users who were considered for an activity. */
  recipientsAmong: Query<{ activityId: string; userIds: readonly string[] }, RecipientRow>;
  /** Users who have a notification of an activity, behind `after`, by id. */
  notified: Query<{ activityId: string; after: string; limit: number }, RecipientRow>;
  /** Everybody who was considered for an activity, behind `after`, by id. */
  recipients: Query<{ activityId: string; after: string; limit: number }, RecipientRow>;
  countNotified: Query<{ activityId: string }, { count: number }>;
  /** How many users watch one of these topics at level `all`, behind `after`. */
  countWatchers: Query<{ topics: readonly string[]; after: string }, { count: number }>;
  /** Watches of a topic, behind the user `after`, by user. */
  watchesOfTopic: Query<{ topic: string; after: string; limit: number }, WatchRow>;
  /** Watches of a user, behind the topic `after`, by topic. */
  watchesOfUser: Query<{ userId: string; after: string; limit: number }, WatchRow>;
  /** The notifications of these users that activities of this type and group join. */
  openNotifications: Query<{ userIds: readonly string[]; openKey: string }, NotificationRow>;
  /** A user's notifications behind the id `after` that may be about a topic, by id. */
  aboutTopic: Query<
    { userId: string; pattern: string; after: string; limit: number },
    NotificationRow & { topics: string }
  >;

  /** The lists, by `NotificationStatus`. */
  listAll: Query<ListArgs, WithInbox<ListedNotification>>;
  listUnread: Query<ListArgs, WithInbox<ListedNotification>>;
  listRead: Query<ListArgs, WithInbox<ListedNotification>>;
  listArchived: Query<ListArgs, WithInbox<ListedNotification>>;
  /** In no order. */
  notifications: Query<{ userId: string; ids: readonly string[] }, ListedNotification>;
  /** Unread ones that were raised at or before `upTo`, archived ones included, oldest first. */
  unreadUpTo: Query<{ userId: string; upTo: number; limit: number }, MarkRow>;
  /** Unseen ones likewise. */
  unseenUpTo: Query<{ userId: string; upTo: number; limit: number }, MarkRow>;
  /** Unread ones about a topic, likewise. */
  unreadAbout: Query<{ userId: string; topic: string; upTo: number; limit: number }, MarkRow>;
  /** A user's notifications behind the id `after` whose newest activity this person caused, by id. */
  causedBy: Query<{ userId: string; actorId: string; after: string; limit: number }, NotificationRow>;
  /** Who did these activities. */
  actors: Query<{ ids: readonly string[] }, { id: string; actorId: string | null; actorName: string | null }>;

  /** Events behind `after`, oldest first, each with its notification. */
  log: Query<
    { userId: string; after: number; limit: number },
    WithInbox<LoggedEvent> & (ListedNotification | { readonly id: null })
  >;
  /** Of the inboxes that have an event. */
  heads: Query<{ userIds: readonly string[] }, { userId: string; seq: number }>;

  /** Behind the number `after`, in the order of their numbers. */
  revocations: Query<{ after: number }, RevocationRow>;
  lastRevocation: Query<Record<string, never>, { seq: number }>;
  /** The time by the database's clock, in Unix milliseconds; `now` where it has none. */
  clock: Query<{ now: number }, { now: number }>;

  /** From this user on, by id. */
  inboxesFrom: Query<{ from: string; limit: number }, { userId: string }>;
  /** Those of these users who have an event or a read notification of before `before`. */
  usersWithOld: Query<{ userIds: readonly string[]; before: number }, { userId: string }>;
  /** The oldest events. */
  eventTimes: Query<{ userId: string; limit: number }, { seq: number; createdAt: number }>;
  /** Notifications that were read before `before`. */
  readBefore: Query<{ userId: string; before: number; limit: number }, { id: string }>;
  newestActivity: Query<Record<string, never>, { createdAt: number }>;
  /** The newest of all ids. */
  newestId: Query<Record<string, never>, { id: string }>;
  endedKeys: Query<{ now: number; limit: number }, Pick<IdempotencyKeyRow, 'scope' | 'key'>>;
  endedTickets: Query<{ now: number; limit: number }, Pick<TicketRow, 'hash'>>;

  /** A user's notifications behind the id `after`, by id. */
  notificationsOf: Query<{ userId: string; after: string; limit: number }, NotificationRow>;
  /** A user's events behind the number `after`, oldest first. */
  eventsOf: Query<{ userId: string; after: number; limit: number }, InboxEventRow>;
  /** The idempotency keys of a scope behind the key `after`, by key. */
  keysOf: Query<{ scope: string; after: string; limit: number }, IdempotencyKeyRow>;
  /** Every ticket, by hash. */
  ticketsFrom: Query<{ after: string; limit: number }, TicketRow>;
  /** Every report, deleted ones as well, by id. */
  reportsFrom: Query<{ after: string; limit: number }, Pick<ReportRow, 'id' | 'ownerId'>>;
  /** Every activity, by id, with what it has to do with one user. */
  activitiesFrom: Query<{ userId: string; pattern: string; after: string; limit: number }, ConcernRow>;
  /** Everybody's settings, by user; `isMatch` is 1 where the text of the settings matches `pattern`. */
  settingsFrom: Query<{ pattern: string; after: string; limit: number }, { userId: string; isMatch: number }>;
}
export type QueryName = keyof Queries;
