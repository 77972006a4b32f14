import type { Notification } from '../../domain/notification.ts';

interface Person {
  readonly id: string;
  readonly name: string;
}

/**
 * What the bell reads of a notification, of whatever type. Servers of before send none of the optional fields; of a type
 * that is not about comments, `report` and `comment` are missing.
 */
export interface AnyNotification extends Pick<
  Notification,
  'id' | 'createdAt' | 'seenAt' | 'readAt' | 'archivedAt'
> {
  readonly type: string;
  /** Why this user has it: `mention`, `owner`, or any word of a publisher. */
  readonly reason?: string | undefined;
  /** Null where nobody caused it, such as a build that has ended. */
  readonly actor?: Person | null | undefined;
  readonly report?: { readonly id: string; readonly title: string } | null | undefined;
  readonly comment?: { readonly id: string; readonly excerpt: string } | null | undefined;
  readonly title?: string | null | undefined;
  readonly body?: string | null | undefined;
  /** An absolute http(s) address, or a path that begins with one `/`. */
  readonly url?: string | null | undefined;
  /** The event that created it, or that last brought something new. */
  readonly seq?: number | undefined;
  /** How many activities were folded into it. */
  readonly count?: number | undefined;
  /** Who caused those: the newest three. */
  readonly actors?: readonly Person[] | null | undefined;
  /** When it last brought something new. */
  readonly updatedAt?: string | null | undefined;
}
