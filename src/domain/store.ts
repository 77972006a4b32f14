import type { Actor } from './actor.ts';
import type { Comment, NewComment } from './comment.ts';
import type { Inbox, InboxEvent, LogPage } from './inbox.ts';
import type {
  Counts,
  Notification,
  NotificationAction,
  NotificationStatus,
  Selection,
} from './notification.ts';
import type { Page, PageRequest } from './page.ts';
import type { NewReport, Report } from './report.ts';
import type { NumberedRevocation } from './revocation.ts';

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
  /** @returns undefined when there is none under that report. */
  comment(reportId: string, id: string): Promise<Comment | undefined>;

  /** The inbox, or one of zeros for a user of whom nothing is known. */
  inbox(userId: string): Promise<Inbox>;
  /** Newest first; the inbox is of the very same moment. */
  notifications(userId: string, status: NotificationStatus, page: PageRequest): Promise<NotificationPage>;
  /** @returns the notification afterwards, or undefined when the user has none with that id. */
  act(userId: string, id: string, action: NotificationAction): Promise<Notification | undefined>;
  /**
   * Marks as read (and as seen).
   * @throws not_found (an id that is not the user's; nothing changes then), invalid_input (`upTo` ahead of the log)
   */
  markRead(userId: string, selection: Selection): Promise<Counts>;
  /** Marks as seen what was created at or before event `upTo`. @throws invalid_input (`upTo` ahead of the log) */
  markSeen(userId: string, upTo: number): Promise<Counts>;

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
   * From this moment on, what was issued to the user before it does not count. Done again, the later moment holds. The
   * moment is by the clock of the database where it has one, or else by `now`; and behind every early token.
   */
  revoke(userId: string): Promise<NumberedRevocation>;
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
   * were read before it, of some users, raising their `floor`, and what has ended of tickets and idempotency keys. Tells nobody.
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
  /** Milliseconds of `performance.now()`. */
  readonly committedAt: number;
}

/** What a store tells, and whom it asks for the time. */
export interface StoreParts {
  /** Called once per commit, right after it. Must not throw. */
  readonly onCommit: (commit: Commit) => void;
  /** Called once when the store has failed for good: what was written last may not be durable, the process must end. */
  readonly onFailure: (cause: unknown) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
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
