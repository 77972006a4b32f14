import { z } from 'zod';
import { ShownPerson } from './actor.ts';
import { Id } from './id.ts';

/** Why this user hears of it: one of Carillon's own reasons, or the one that a publisher gave. */
export const NotificationReason = z.string();
export type NotificationReason = z.infer<typeof NotificationReason>;

/** One thing that a user should know, with its state. It has the id of the activity that it began with. */
export const Notification = z.object({
  id: Id,
  /** The number of the event that last brought something new. */
  seq: z.int().positive(),
  /** What happened: `NEW_COMMENT_ON_REPORT`, or the type that a publisher gave. */
  type: z.string(),
  reason: NotificationReason,
  /** What it is about; null for something that was sent to people and is about no topic. */
  topic: z.string().nullable(),
  /** The person who caused it, by the name they had at that moment; null when nobody did. */
  actor: ShownPerson.nullable(),
  title: z.string(),
  /** For a comment the first 140 characters of it. */
  body: z.string().nullable(),
  url: z.string().nullable(),
  data: z.record(z.string(), z.unknown()).nullable(),
  /** How many activities it stands for. */
  count: z.int().positive(),
  /** The newest three of the persons who caused them. */
  actors: z.array(ShownPerson),
  /** Only of a comment. */
  report: z.object({ id: Id, title: z.string() }).optional(),
  /** Only of a comment; `excerpt` is the first 140 characters of its body. */
  comment: z.object({ id: Id, excerpt: z.string() }).optional(),
  createdAt: z.iso.datetime(),
  /** When it last brought something new. */
  updatedAt: z.iso.datetime(),
  /** When the user first saw it; null until then. A read notification is always a seen one. */
  seenAt: z.iso.datetime().nullable(),
  readAt: z.iso.datetime().nullable(),
  /** Archived ones are listed apart and not counted. */
  archivedAt: z.iso.datetime().nullable(),
});
export type Notification = z.infer<typeof Notification>;

export const excerptCharacters = 140;
/** Most actors that a notification names. */
export const maxActors = 3;

export const NotificationStatus = z.enum(['all', 'unread', 'read', 'archived']);
export type NotificationStatus = z.infer<typeof NotificationStatus>;

export const notificationActions = ['read', 'unread', 'archive', 'unarchive'] as const;
export type NotificationAction = (typeof notificationActions)[number];

/** What its user did with a notification, and when, in Unix milliseconds; null for what they did not do. */
export interface NotificationState {
  readonly seenAt: number | null;
  readonly readAt: number | null;
  readonly archivedAt: number | null;
}

/** The state in which a notification arrives. */
export const newState: NotificationState = { seenAt: null, readAt: null, archivedAt: null };

/**
 * The state after its user's action.
 * @returns the very same object when the action changes nothing.
 */
export function act<T extends NotificationState>(state: T, action: NotificationAction, now: number): T {
  const { seenAt, readAt, archivedAt } = state;
  switch (action) {
    case 'read':
      return readAt === null ? { ...state, readAt: now, seenAt: seenAt ?? now } : state;
    case 'unread':
      return readAt === null ? state : { ...state, readAt: null };
    case 'archive':
      return archivedAt === null ? { ...state, archivedAt: now } : state;
    case 'unarchive':
      return archivedAt === null ? state : { ...state, archivedAt: null };
  }
}

/** How many of a user's notifications await them; archived ones do not count. */
export const Counts = z.object({ unread: z.int(), unseen: z.int() });
export type Counts = z.infer<typeof Counts>;

/** What one notification adds to its user's counts: 0 or 1 each. */
export function countsOf({ seenAt, readAt, archivedAt }: NotificationState): Counts {
  const counted = archivedAt === null;
  return { unread: Number(counted && readAt === null), unseen: Number(counted && seenAt === null) };
}

/** `a` − `b`. */
export function difference(a: Counts, b: Counts): Counts {
  return { unread: a.unread - b.unread, unseen: a.unseen - b.unseen };
}

/** `a` + `b`. */
export function sum(a: Counts, b: Counts): Counts {
  return { unread: a.unread + b.unread, unseen: a.unseen + b.unseen };
}

export const noCounts: Counts = { unread: 0, unseen: 0 };

/** What came of marking many: the counts, and which were marked. Of very many, the newest 1,000. */
export interface Marked {
  readonly counts: Counts;
  readonly ids: readonly string[];
}

/** Which notifications are to be marked as read: these, or all that were raised at or before the event `upTo`. */
export type Selection = { readonly ids: readonly string[] } | { readonly upTo: number };
