import type { NotificationAction, NotificationStatus } from '../domain/notification.ts';
import type { Notification } from '../domain/notification.ts';
import { seqOf } from './numbers.ts';

/* What events and actions do to one notification, as far as a client can tell. Pure. */

/** Which ones are marked: `ids`, or all that were last raised at or before the event `upTo` (a cursor). */
export interface Selection {
  readonly ids?: readonly string[];
  readonly upTo?: string;
}

/** Whether a list with this filter has the notification. */
export function fits({ archivedAt, readAt }: Notification, filter: NotificationStatus): boolean {
  if (filter === 'archived') return archivedAt !== null;
  return archivedAt === null && (filter === 'all' || (readAt === null) === (filter === 'unread'));
}

/** The order of a list: newest first. */
export function byNewest(a: Notification, b: Notification): number {
  return b.seq - a.seq;
}

/** Whether the notification was there, as it is, at the event `upTo`. */
export function isUpTo({ seq }: Notification, upTo: string): boolean {
  return seq <= seqOf(upTo);
}

/** The notification after an action. @param now RFC 3339 UTC. */
export function acted(
  notification: Notification,
  action: NotificationAction | 'seen',
  now: string,
): Notification {
  const { seenAt, readAt } = notification;
  const change = {
    seen: { seenAt: seenAt ?? now },
    read: { seenAt: seenAt ?? now, readAt: readAt ?? now },
    unread: { readAt: null },
    archive: { archivedAt: now },
    unarchive: { archivedAt: null },
  }[action];
  return { ...notification, ...change };
}
