import type { Actor } from './actor.ts';
import type { Comment, CommentChange, NewComment } from './comment.ts';
import type { ExportPage, ExportPlace, TextErasure } from './erasure.ts';
import type { Inbox, InboxEvent, LogPage } from './inbox.ts';
import type {
  Counts,
  Marked,
  Notification,
  NotificationAction,
  NotificationStatus,
  Selection,
} from './notification.ts';
import type { Page, PageRequest } from './page.ts';
import type { ActivityChange, NewActivity, Publication, PublishedActivity } from './publishing.ts';
import type { Explained, Explanation, ShownRecipient, Why } from './explanation.ts';
import type { Settings, VersionedSettings } from './settings.ts';
import type { NewReport, Report, ReportChange } from './report.ts';
import type { NumberedRevocation } from './revocation.ts';
import type { ShownWatch, WatchChange, WatchLevel } from './watch.ts';

/**
 * Durable state. One method per use case, each one transaction; a promise resolves only when its transaction is
 * durable, and one that rejects has changed nothing. Whatever a method does to inboxes is told to `onCommit` after the
 * commit and before the promise resolves.
 *
 * Besides the codes named below every method may throw `storage_full` (writing works again when there is room) and
 * `unavailable` (the database does not answer, or failed for good).
 */
export interface Store {
  /** 8 characters of `0-9a-z`, made with the database; cursors of another epoch are not of this log. */
  readonly epoch: string;

  /** @throws idempotency_mismatch, idempotency_in_flight */
  addReport(actor: Actor, input: NewReport, once?: IdempotencyKey): Promise<Added<Report>>;
  /** Newest first. */
  reports(page: PageRequest): Promise<Page<Report>>;
  /** @returns undefined when there is none. */
  report(id: string): Promise<Report | undefined>;

  /**
   * Adds the comment, and for everybody concerned (`recipientsOf`) a notification and its event.
   * @throws not_found (no such report, no such parent under it), idempotency_mismatch, idempotency_in_flight
   */
  addComment(
    actor: Actor,
    reportId: string,
    input: NewComment,
    once?: IdempotencyKey,
  ): Promise<Added<Comment>>;
  /** Oldest first. @returns undefined when there is no such report. */
  comments(reportId: string, page: PageRequest): Promise<Page<Comment> | undefined>;
  /** @throws not_found, forbidden (somebody else's) */
  changeReport(actor: Actor, id: string, change: ReportChange): Promise<Report>;
  /** Deletes a report with everything about it. Done again it changes nothing. @throws not_found, forbidden */
  deleteReport(actor: Actor, id: string): Promise<void>;
  /** @throws not_found, forbidden (somebody else's) */
  editComment(actor: Actor, reportId: string, id: string, change: CommentChange): Promise<Comment>;
  /** Deletes a comment; done again it changes nothing. @throws not_found, forbidden (neither the author nor the owner) */
  deleteComment(actor: Actor, reportId: string, id: string): Promise<void>;
  /** @returns undefined when there is none under that report. */
  comment(reportId: string, id: string): Promise<Comment | undefined>;

  /** The inbox, or one of zeros for a user of whom nothing is known. */
  inbox(userId: string): Promise<Inbox>;
  /** The last raised first; the inbox is of the very same moment. */
  notifications(userId: string, request: ListRequest): Promise<NotificationPage>;
  /**
   * @param asOf the number of the event up to which the user has seen: what was raised since stays as it is.
   * @returns the notification afterwards, or undefined when the user has none with that id.
   */
  act(
    userId: string,
    id: string,
    action: NotificationAction,
    asOf?: number,
  ): Promise<Notification | undefined>;
  /** Why the user has a notification. @returns undefined when they have none with that id. */
  why(userId: string, id: string): Promise<Why | undefined>;
  /**
   * Marks as read (and as seen). Very many are marked in several transactions, each with its event.
   * @throws not_found (an id that is not the user's; nothing changes then), invalid_input (`upTo` ahead of the log)
   */
  markRead(userId: string, selection: Selection): Promise<Marked>;
  /** Marks as seen what was raised at or before event `upTo`, likewise. @throws invalid_input (`upTo` ahead of the log) */
  markSeen(userId: string, upTo: number): Promise<Counts>;

  /** Marks as read everything about a topic. */
  markTopicRead(userId: string, topic: string): Promise<Counts>;

  settings(userId: string): Promise<VersionedSettings>;
  /**
   * Replaces the user's settings; what people whom they newly block caused alone is taken back.
   * @param expected the version that the user saw.
   * @throws precondition_failed (they were set meanwhile)
   */
  setSettings(userId: string, settings: Settings, expected: number | undefined): Promise<VersionedSettings>;

  /**
   * The events behind number `after`, oldest first, at most `limit`, and the inbox of the very same moment.
   * Without `after`, no events.
   */
  log(userId: string, after: number | undefined, limit: number): Promise<LogPage>;
  /**
   * The number of the newest event in each of these inboxes, read together in as few queries as can be; there may be
   * 20,000 of them, and some twice. @returns none for a user who has no event yet.
   */
  heads(userIds: readonly string[]): Promise<ReadonlyMap<string, number>>;

  /**
   * Publishes an activity: it is stored, and those concerned are notified at once, or in steps, or when it is due.
   * @throws conflict (the key belongs to other content), idempotency_mismatch, idempotency_in_flight
   */
  publish(publisher: string, input: NewActivity, once?: IdempotencyKey): Promise<Added<Publication>>;
  /** The state of a publisher's own activity; without a publisher, of anybody's. @throws not_found */
  published(publisher: string | undefined, name: ActivityName): Promise<PublishedActivity>;
  /** Gives an activity new content. @throws not_found, conflict (it was retracted) */
  changeActivity(publisher: string, name: ActivityName, change: ActivityChange): Promise<PublishedActivity>;
  /** Takes an activity back from everybody; done again it changes nothing. @throws not_found */
  retract(publisher: string, name: ActivityName): Promise<void>;
  /** Everybody who was considered for an activity, by user. @throws not_found */
  recipients(publisher: string | undefined, id: string, page: NamedPage): Promise<Page<ShownRecipient>>;
  /** What was decided of one person, or would be now. @throws not_found */
  recipient(publisher: string | undefined, id: string, userId: string): Promise<Explained>;
  /** What would happen if the draft were published now, to everybody or to one person. Changes nothing. */
  explain(draft: NewActivity): Promise<Explanation>;
  explainFor(draft: NewActivity, userId: string): Promise<Explained>;
  /** Does the next step of what is due: fan-out, update, retraction, expiry. */
  work(): Promise<Worked>;

  /** Sets the watches of a topic for users, one after the other. Access that is taken away is taken back from inboxes. */
  setWatches(topic: string, change: WatchChange): Promise<void>;
  /** The watches of a topic, by user; that of everybody last. */
  watchesOf(topic: string, page: NamedPage): Promise<Page<ShownWatch & { readonly user: string }>>;
  /** The user's level for a topic. @throws not_found (no such topic, or closed to them) */
  watch(userId: string, topic: string): Promise<ShownWatch>;
  /** Sets the user's own level. @throws not_found, as above */
  setWatch(userId: string, topic: string, level: WatchLevel): Promise<ShownWatch>;
  /** Goes back to the default. @throws not_found, as above */
  unsetWatch(userId: string, topic: string): Promise<void>;
  /** The user's own watches, by topic. */
  watches(userId: string, page: NamedPage): Promise<Page<ShownWatch>>;

  /**
   * From this moment on, what was issued to the user before it does not count. Done again, the later moment holds. The
   * moment is by the clock of the database where it has one, or else by `now`; and behind every early token.
   */
  revoke(userId: string): Promise<NumberedRevocation>;
  /** A part of everything that is stored about a user: the first one, or the one at `place`. */
  exportUser(userId: string, place?: ExportPlace): Promise<ExportPage>;
  /**
   * Erases a user, who should be revoked before, in many transactions. Their rows are deleted, and others see nobody in
   * their place; what they wrote is emptied or stays. Resolves when all is done. Done again it changes nothing, or
   * finishes what was interrupted.
   */
  eraseUser(userId: string, texts: TextErasure): Promise<void>;
  /**
   * Keeps that a token was shown which says that it was issued at `issuedAt` (Unix milliseconds, a whole second), a moment
   * that is still to come: the clock of its issuer is ahead, and what that issued up to now is to end with a revocation.
   */
  noteEarlyToken(issuedAt: number): Promise<void>;
  /**
   * All behind number `after`, in the order of their numbers, one for each user. One that is committed later has a
   * larger number, whichever process commits it. They are never pruned: nobody knows how long the tokens last that they
   * concern.
   */
  revocations(after: number): Promise<readonly NumberedRevocation[]>;

  /** Keeps a ticket until it is taken. */
  addTicket(ticket: Ticket): Promise<void>;
  /** Takes a ticket, which can be done once. @returns undefined when there is none, or it has ended. */
  takeTicket(hash: string): Promise<Ticket | undefined>;

  /**
   * One small step of pruning: deletes the inbox events of before `before` (Unix milliseconds) and the notifications that
   * were read before it, of some users, raising their `floor`, and what has ended of tickets and idempotency keys. Tells
   * nobody. When the clock is more than a day ahead of the newest activity, it prunes that much less.
   * @param from where to go on: what the step before returned.
   * @returns where the next step goes on, or undefined after the last user.
   */
  prune(before: number, from?: string): Promise<string | undefined>;

  /** Writes durably and reads back what it wrote. Rejects when the store cannot do that. */
  probe(): Promise<void>;
  /** Finishes what has begun. Every method rejects afterwards. */
  close(): Promise<void>;
}

/** What a commit tells: the events that it made, in order. */
export interface Commit {
  readonly events: readonly InboxEvent[];
  /** Rows that it inserted, updated, or deleted. */
  readonly rows: number;
  /** Whether it left something for `work` that is due now or later. */
  readonly hasWork: boolean;
  /** Milliseconds of `performance.now()`. */
  readonly committedAt: number;
  /** What `cause` said of the requests that it is made of, as far as it said something. */
  readonly causes?: readonly string[];
}

/** What a store tells, and whom it asks for the time. */
export interface StoreParts {
  /** Called once per commit, right after it. Must not throw. */
  readonly onCommit: (commit: Commit) => void;
  /** Called once when the store has failed for good: what was written last may not be durable, the process must end. */
  readonly onFailure: (cause: unknown) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Called with each request, names what causes it; what it says goes into the commit. */
  readonly cause?: () => string | undefined;
  /** Whether the comments of one report share a notification while it is unread; `none` unless given. */
  readonly groupComments?: 'none' | 'report';
}

/** Makes a repeated request answer as the first did. Its scope is the user; it is kept for 24 hours. */
export interface IdempotencyKey {
  readonly key: string;
  /** What the request asks for; the same key with another fingerprint is another request. */
  readonly fingerprint: string;
}

/** Something that was added, now or (`replayed`) by the request that had the same idempotency key before. */
export interface Added<T> {
  readonly value: T;
  readonly replayed: boolean;
}

/** An activity by its id, or by its publisher's own name for it. */
export type ActivityName = { readonly id: string } | { readonly key: string };

/** Which part of a list that is sorted by names: at most `limit` rows behind the name `after`. */
export interface NamedPage {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** What came of looking for work. */
export interface Worked {
  /** Whether a step was done: then there may be more. */
  readonly didStep: boolean;
  /** When something is due next, in Unix milliseconds; null when nothing is known of. */
  readonly nextAt: number | null;
}

/** Which part of a list: at most `limit` notifications that were raised before the event `before`. */
export interface ListRequest {
  readonly status: NotificationStatus;
  /** Only those about this topic. */
  readonly topic?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface NotificationPage extends Page<Notification> {
  readonly inbox: Inbox;
}

/** The right to open one stream; the ticket itself is known only to whom it was given. */
export interface Ticket {
  /** SHA-256 of the ticket, base64url. */
  readonly hash: string;
  readonly actor: Actor;
  /** When the token was issued for which it was given, in Unix milliseconds; 0 when that is not known. */
  readonly sessionIssuedAt: number;
  /** When that token ends, in Unix milliseconds. */
  readonly sessionEndsAt: number;
  /** When the ticket itself ends, in Unix milliseconds. */
  readonly endsAt: number;
}
