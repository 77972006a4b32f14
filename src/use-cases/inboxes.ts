import { type EventContents, type Inbox, inboxEvent, type InboxEventType } from '../domain/inbox.ts';
import { type Counts, type Notification, sum } from '../domain/notification.ts';
import type { Transaction } from './transaction.ts';

/** What an event says that is not joined from elsewhere when the log is read. */
type Extra = { readonly upTo: string } | { readonly ids: readonly string[] };

/** Gives the log of a locked user its next event, about one notification. @returns the inbox with it */
export function appendNotification(
  tx: Transaction,
  userId: string,
  change: Counts,
  type: 'notification' | 'notification.updated',
  notification: (seq: number) => Notification,
): Inbox {
  const inbox = advance(tx, userId, change);
  const contents = { notification: notification(inbox.seq) };
  append(tx, userId, inbox, type, contents, contents.notification.id, null);
  return inbox;
}

/** Gives the log of a locked user its next event: that a notification is gone. */
export function appendRemoved(tx: Transaction, userId: string, change: Counts, notificationId: string): void {
  const inbox = advance(tx, userId, change);
  append(tx, userId, inbox, 'notification.removed', { notificationId }, notificationId, null);
}

/** Gives the log of a locked user its next event: that several notifications were marked. */
export function appendMarks(
  tx: Transaction,
  userId: string,
  change: Counts,
  type: 'notifications.read' | 'notifications.seen',
  extra: Extra,
): Inbox {
  const inbox = advance(tx, userId, change);
  append(tx, userId, inbox, type, extra, null, JSON.stringify(extra));
  return inbox;
}

/** The inbox with its next number, its counts moved by `change`. */
function advance(tx: Transaction, userId: string, change: Counts): Inbox {
  const { seq, floor, counts } = tx.inbox(userId);
  const inbox = { seq: seq + 1, floor, counts: sum(counts, change) };
  tx.setInbox(userId, inbox);
  return inbox;
}

function append<T extends InboxEventType>(
  tx: Transaction,
  userId: string,
  { seq, counts }: Inbox,
  type: T,
  contents: EventContents[T],
  notificationId: string | null,
  extra: string | null,
): void {
  // The log keeps what cannot be joined later: the number, the counts of then, and `extra`.
  tx.insert('inboxEvents', { userId, seq, type, notificationId, extra, ...counts, createdAt: tx.now });
  tx.tell(inboxEvent(userId, seq, counts, type, contents));
}
