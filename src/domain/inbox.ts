import type { Counts, Notification } from './notification.ts';

/** A user's counters. A user of whom nothing is known yet has an inbox of zeros. */
export interface Inbox {
  /** The number of the newest event; 0 before the first. It never goes back and has no holes. */
  readonly seq: number;
  /** Events up to this number were pruned; 0 when none was. */
  readonly floor: number;
  readonly counts: Counts;
}

export const emptyInbox: Inbox = { seq: 0, floor: 0, counts: { unread: 0, unseen: 0 } };

/** What each type of event says beside its `seq` and `counts`. `upTo` is a cursor string. */
export interface EventContents {
  notification: { notification: Notification };
  'notification.updated': { notification: Notification };
  'notification.removed': { notificationId: string };
  'notifications.read': { upTo: string } | { ids: readonly string[] };
  'notifications.seen': { upTo: string };
}
export type InboxEventType = keyof EventContents;

/** One numbered entry of a user's log. */
export interface InboxEvent {
  readonly userId: string;
  /** 1, 2, 3 … per user, in the order of the commits. */
  readonly seq: number;
  readonly type: InboxEventType;
  /** The wire's `data` (JSON, one line). */
  readonly data: string;
}

/** The event number `seq`, with the counts as they are with it. */
export function inboxEvent<T extends InboxEventType>(
  userId: string,
  seq: number,
  counts: Counts,
  type: T,
  contents: EventContents[T],
): InboxEvent {
  return { userId, seq, type, data: JSON.stringify({ seq, ...contents, counts }) };
}

/** A stretch of a user's log and the inbox that it belongs to, read together. */
export interface LogPage {
  readonly inbox: Inbox;
  readonly events: readonly InboxEvent[];
}
