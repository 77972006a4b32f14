import { formatCursor } from '../../domain/cursor.ts';
import { AppError } from '../../domain/errors.ts';
import {
  emptyInbox,
  type EventContents,
  type Inbox,
  inboxEvent,
  type InboxEvent,
  type InboxEventType,
} from '../../domain/inbox.ts';
import {
  act,
  type Counts,
  countsOf,
  difference,
  type Notification,
  type NotificationAction,
} from '../../domain/notification.ts';
import { inboxOf, notificationOf, notificationRow, timeOf } from '../rows.ts';
import type { Statements } from './statements.ts';

/** How many notifications a change concerns, and how many of them counted as unread and unseen. */
type Change = Counts & { readonly all: number };

/**
 * What happens to inboxes. Every method runs inside a transaction and pushes the events that it makes; one that changes
 * nothing makes none.
 */
export class Inboxes {
  readonly #epoch: string;
  readonly #statements: Statements;
  readonly #now: () => number;

  constructor(epoch: string, statements: Statements, now: () => number) {
    this.#epoch = epoch;
    this.#statements = statements;
    this.#now = now;
  }

  get(userId: string): Inbox {
    const row = this.#statements.inbox.get({ userId });
    return row === undefined ? emptyInbox : inboxOf(row);
  }

  add(events: InboxEvent[], userId: string, notification: Notification): void {
    const { seq } = this.#append(events, userId, countsOf(notification), 'notification', { notification });
    this.#statements.insertNotification.run(notificationRow(userId, seq, notification));
  }

  act(
    events: InboxEvent[],
    userId: string,
    id: string,
    action: NotificationAction,
  ): Notification | undefined {
    const row = this.#statements.notification.get({ userId, id });
    if (row === undefined) return undefined;
    const before = notificationOf(row);
    const after = act(before, action, timeOf(this.#now()));
    if (after === before) return before;
    this.#setState(userId, row.seq, after);
    const change = difference(countsOf(after), countsOf(before));
    this.#append(events, userId, change, 'notification.updated', { notification: after });
    return after;
  }

  markIdsRead(events: InboxEvent[], userId: string, ids: readonly string[]): Counts {
    const now = timeOf(this.#now());
    const change = { all: 0, unread: 0, unseen: 0 };
    const changed: string[] = [];
    for (const id of new Set(ids)) {
      const row = this.#statements.notification.get({ userId, id });
      if (row === undefined) throw new AppError('not_found', `No notification ${id}.`);
      const before = notificationOf(row);
      const after = act(before, 'read', now);
      if (after === before) continue;
      this.#setState(userId, row.seq, after);
      const { unread, unseen } = countsOf(before);
      change.all++;
      change.unread += unread;
      change.unseen += unseen;
      changed.push(id);
    }
    return this.#settle(events, userId, change, 'notifications.read', { ids: changed });
  }

  markReadUpTo(events: InboxEvent[], userId: string, upTo: number): Counts {
    this.#assertInLog(userId, upTo);
    const change = this.#statements.countUnreadUpTo.get({ userId, upTo });
    this.#statements.markReadUpTo.run({ userId, upTo, now: this.#now() });
    return this.#settle(events, userId, change, 'notifications.read', {
      upTo: formatCursor(this.#epoch, upTo),
    });
  }

  markSeenUpTo(events: InboxEvent[], userId: string, upTo: number): Counts {
    this.#assertInLog(userId, upTo);
    const change = this.#statements.countUnseenUpTo.get({ userId, upTo });
    this.#statements.markSeenUpTo.run({ userId, upTo, now: this.#now() });
    const seen = change && { ...change, unread: 0 };
    return this.#settle(events, userId, seen, 'notifications.seen', {
      upTo: formatCursor(this.#epoch, upTo),
    });
  }

  #setState(userId: string, seq: number, notification: Notification): void {
    const { id, seenAt, readAt, archivedAt } = notificationRow(userId, seq, notification);
    this.#statements.setNotificationState.run({ userId, id, seenAt, readAt, archivedAt });
  }

  /** Tells the log what no longer counts, unless `change` concerns nothing. */
  #settle<T extends InboxEventType>(
    events: InboxEvent[],
    userId: string,
    change: Change | undefined,
    type: T,
    contents: EventContents[T],
  ): Counts {
    if (change === undefined || change.all === 0) return this.get(userId).counts;
    const less = difference({ unread: 0, unseen: 0 }, change);
    return this.#append(events, userId, less, type, contents).counts;
  }

  /** Gives the user's log its next event. */
  #append<T extends InboxEventType>(
    events: InboxEvent[],
    userId: string,
    change: Counts,
    type: T,
    contents: EventContents[T],
  ): Inbox {
    const { unread, unseen } = change;
    const inbox = inboxOf(this.#statements.advanceInbox.get({ userId, unread, unseen }));
    const event = inboxEvent(userId, inbox, type, contents);
    this.#statements.insertEvent.run({ ...event, createdAt: this.#now() });
    events.push(event);
    return inbox;
  }

  #assertInLog(userId: string, upTo: number): void {
    const { seq } = this.get(userId);
    if (upTo <= seq) return;
    const detail = `The log ends at ${seq}; ${upTo} is ahead of it.`;
    throw new AppError('invalid_input', detail, { faults: [{ pointer: '/upTo', detail }] });
  }
}
