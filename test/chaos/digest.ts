import { hash } from 'node:crypto';
import type { Counts } from '../../src/domain/notification.ts';

/** What an event says that stays the same whenever it is seen: a replayed one shows its notification as that is now. */
export interface Lasting {
  readonly seq: number;
  readonly counts: Counts;
  /** The id of its notification, or the JSON of what was marked. */
  readonly about: string;
}

/** Stands for an event; long runs have too many to keep them all. */
export function digestOf({ seq, counts: { unread, unseen }, about }: Lasting): string {
  return hash('sha1', JSON.stringify([seq, unread, unseen, about]), 'base64url').slice(0, 12);
}

/** @param data the wire's `data` of an event. */
export function digestOfFrame(data: string): string {
  const { seq, counts, notification, notificationId, ...extra } = JSON.parse(data);
  return digestOf({ seq, counts, about: notification?.id ?? notificationId ?? JSON.stringify(extra) });
}
