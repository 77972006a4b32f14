import { z } from 'zod';
import { Person } from './actor.ts';
import type { Comment } from './comment.ts';
import { Id } from './id.ts';
import type { Recipient } from './recipients.ts';
import type { Report } from './report.ts';
import { excerpt } from './text.ts';

export const NotificationType = z.enum(['NEW_COMMENT_ON_REPORT']);
export type NotificationType = z.infer<typeof NotificationType>;

/** Why this user hears of it. */
export const NotificationReason = z.enum(['owner']);
export type NotificationReason = z.infer<typeof NotificationReason>;

/** One thing that a user should know, with its state. */
export const Notification = z.object({
  id: Id,
  type: NotificationType,
  reason: NotificationReason,
  /** Who caused it, by the name they had at that moment. */
  actor: Person,
  report: z.object({ id: Id, title: z.string() }),
  /** `excerpt` is the first 140 characters of the comment's body. */
  comment: z.object({ id: Id, excerpt: z.string() }),
  createdAt: z.iso.datetime(),
  /** When the user first saw it; null until then. A read notification is always a seen one. */
  seenAt: z.iso.datetime().nullable(),
  readAt: z.iso.datetime().nullable(),
  /** Archived ones are listed apart and not counted. */
  archivedAt: z.iso.datetime().nullable(),
});
export type Notification = z.infer<typeof Notification>;

export const excerptCharacters = 140;

/** What `recipient` is told of a new comment. */
export function notificationOf(
  id: string,
  recipient: Recipient,
  comment: Comment,
  report: Report,
): Notification {
  return {
    id,
    type: recipient.type,
    reason: recipient.reason,
    actor: comment.author,
    report: { id: report.id, title: report.title },
    comment: { id: comment.id, excerpt: excerpt(comment.body, excerptCharacters) },
    createdAt: comment.createdAt,
    seenAt: null,
    readAt: null,
    archivedAt: null,
  };
}

export const NotificationStatus = z.enum(['all', 'unread', 'read', 'archived']);
export type NotificationStatus = z.infer<typeof NotificationStatus>;

export const notificationActions = ['read', 'unread', 'archive', 'unarchive'] as const;
export type NotificationAction = (typeof notificationActions)[number];

/**
 * The notification after its user's action.
 *
 * @param now RFC 3339 UTC.
 * @returns the very same object when the action changes nothing.
 */
export function act(notification: Notification, action: NotificationAction, now: string): Notification {
  const { seenAt, readAt, archivedAt } = notification;
  switch (action) {
    case 'read':
      return readAt === null ? { ...notification, readAt: now, seenAt: seenAt ?? now } : notification;
    case 'unread':
      return readAt === null ? notification : { ...notification, readAt: null };
    case 'archive':
      return archivedAt === null ? { ...notification, archivedAt: now } : notification;
    case 'unarchive':
      return archivedAt === null ? notification : { ...notification, archivedAt: null };
  }
}

/** How many of a user's notifications await them; archived ones do not count. */
export const Counts = z.object({ unread: z.int(), unseen: z.int() });
export type Counts = z.infer<typeof Counts>;

/** What one notification adds to its user's counts: 0 or 1 each. */
export function countsOf({ seenAt, readAt, archivedAt }: Notification): Counts {
  const counted = archivedAt === null;
  return { unread: Number(counted && readAt === null), unseen: Number(counted && seenAt === null) };
}

/** `a` − `b`. */
export function difference(a: Counts, b: Counts): Counts {
  return { unread: a.unread - b.unread, unseen: a.unseen - b.unseen };
}

/** Which notifications are to be marked as read: these, or all that were created at or before the event `upTo`. */
export type Selection = { readonly ids: readonly string[] } | { readonly upTo: number };
