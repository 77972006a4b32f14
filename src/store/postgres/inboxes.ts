import { formatCursor } from '../../domain/cursor.ts';
import { AppError } from '../../domain/errors.ts';
import { type EventContents, type Inbox, inboxEvent, type InboxEventType } from '../../domain/inbox.ts';
import {
  act,
  type Counts,
  countsOf,
  difference,
  type Notification,
  type NotificationAction,
} from '../../domain/notification.ts';
import { notificationOf, notificationRow, timeOf } from '../rows.ts';
import type { Transaction } from './transaction.ts';

/** How many notifications a change concerns, and how many of them counted as unread and unseen. */
type Change = Counts & { readonly all: number };

/**
 * What happens to inboxes. Every method runs inside a transaction that has the inbox locked, and pushes the events that
 * it makes; one that changes nothing makes none.
 */
export class Inboxes {
  readonly #epoch: string;
  readonly #now: () => number;

  constructor(epoch: string, now: () => number) {
    this.#epoch = epoch;
    this.#now = now;
  }

  add(transaction: Transaction, userId: string, notification: Notification): void {
    const { seq } = this.#append(transaction, userId, countsOf(notification), 'notification', {
      notification,
    });
    transaction.insert('insertNotifications', notificationRow(userId, seq, notification));
  }

  async act(
    transaction: Transaction,
    userId: string,
    id: string,
    action: NotificationAction,
  ): Promise<Notification | undefined> {
    const row = await transaction.notification(userId, id);
    if (row === undefined) return undefined;
    const before = notificationOf(row);
    const after = act(before, action, timeOf(this.#now()));
    if (after === before) return before;
    this.#setState(transaction, userId, row.seq, after);
    const change = difference(countsOf(after), countsOf(before));
    this.#append(transaction, userId, change, 'notification.updated', { notification: after });
    return after;
  }

  async markIdsRead(transaction: Transaction, userId: string, ids: readonly string[]): Promise<Counts> {
    const now = timeOf(this.#now());
    const change = { all: 0, unread: 0, unseen: 0 };
    const changed: string[] = [];
    const unique = [...new Set(ids)];
    const rows = await Promise.all(unique.map((id) => transaction.notification(userId, id)));
    const missing = rows.indexOf(undefined);
    if (missing !== -1) throw new AppError('not_found', `No notification ${unique[missing] ?? ''}.`);
    for (const row of rows) {
      if (row === undefined) continue;
      const before = notificationOf(row);
      const after = act(before, 'read', now);
      if (after === before) continue;
      this.#setState(transaction, userId, row.seq, after);
      const { unread, unseen } = countsOf(before);
      change.all++;
      change.unread += unread;
      change.unseen += unseen;
      changed.push(row.id);
    }
    return this.#settle(transaction, userId, change, 'notifications.read', { ids: changed });
  }

  async markReadUpTo(transaction: Transaction, userId: string, upTo: number): Promise<Counts> {
    this.#assertInLog(transaction, userId, upTo);
    const [change] = await transaction.read((statements) =>
      statements.countUnreadUpTo.execute({ userId, upTo }),
    );
    if (change?.all === 0) return transaction.inbox(userId).counts;
    const now = this.#now();
    transaction.write((statements) => statements.markReadUpTo.execute({ userId, upTo, now }));
    return this.#settle(transaction, userId, change, 'notifications.read', {
      upTo: formatCursor(this.#epoch, upTo),
    });
  }

  async markSeenUpTo(transaction: Transaction, userId: string, upTo: number): Promise<Counts> {
    this.#assertInLog(transaction, userId, upTo);
    const [change] = await transaction.read((statements) =>
      statements.countUnseenUpTo.execute({ userId, upTo }),
    );
    if (change?.all === 0) return transaction.inbox(userId).counts;
    const now = this.#now();
    transaction.write((statements) => statements.markSeenUpTo.execute({ userId, upTo, now }));
    const seen = change && { ...change, unread: 0 };
    return this.#settle(transaction, userId, seen, 'notifications.seen', {
      upTo: formatCursor(this.#epoch, upTo),
    });
  }

  #setState(transaction: Transaction, userId: string, seq: number, notification: Notification): void {
    const { id, seenAt, readAt, archivedAt } = notificationRow(userId, seq, notification);
    const state = { userId, id, seenAt, readAt, archivedAt };
    transaction.write((statements) => statements.setNotificationState.execute(state));
  }

  /** Tells the log what no longer counts, unless `change` concerns nothing. */
  #settle<T extends InboxEventType>(
    transaction: Transaction,
    userId: string,
    change: Change | undefined,
    type: T,
    contents: EventContents[T],
  ): Counts {
    if (change === undefined || change.all === 0) return transaction.inbox(userId).counts;
    const less = difference({ unread: 0, unseen: 0 }, change);
    return this.#append(transaction, userId, less, type, contents).counts;
  }

  /** Gives the user's log its next event. */
  #append<T extends InboxEventType>(
    transaction: Transaction,
    userId: string,
    change: Counts,
    type: T,
    contents: EventContents[T],
  ): Inbox {
    const { unread, unseen } = change;
    const { seq, floor, counts } = transaction.inbox(userId);
    const inbox: Inbox = {
      seq: seq + 1,
      floor,
      counts: { unread: counts.unread + unread, unseen: counts.unseen + unseen },
    };
    transaction.setInbox(userId, inbox);
    const event = inboxEvent(userId, inbox, type, contents);
    transaction.insert('insertEvents', { ...event, createdAt: this.#now() });
    transaction.events.push(event);
    return inbox;
  }

  #assertInLog(transaction: Transaction, userId: string, upTo: number): void {
    const { seq } = transaction.inbox(userId);
    if (upTo <= seq) return;
    const detail = `The log ends at ${seq}; ${upTo} is ahead of it.`;
    throw new AppError('invalid_input', detail, { faults: [{ pointer: '/upTo', detail }] });
  }
}
