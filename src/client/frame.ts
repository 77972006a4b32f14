import type { InboxEventType } from '../domain/inbox.ts';
import type { ClientEvents, Frame } from './client.ts';

/** A frame as it stood on the wire. */
export type RawFrame = Omit<Frame, 'replayed'>;

export type GoodbyeReason = 'shutdown' | 'expired' | 'revoked' | 'busy' | 'rotate';

/**
 * The frames that move the cursor, and by which name applications hear of them.
 *
 * These names are closed for good: an EventSource does not hear a name that it does not know, so the number of such an
 * event would look like a hole. What is new comes as a field, or as an event without a number.
 */
const names = {
  notification: 'notification',
  'notification.updated': 'updated',
  'notification.removed': 'removed',
  'notifications.read': 'read',
  'notifications.seen': 'seen',
  sync: 'sync',
  reset: 'reset',
} as const satisfies Record<InboxEventType | 'sync' | 'reset', keyof ClientEvents>;

/** The frames that are known. Others only move the cursor, when they have a number. */
export const frameTypes = [...Object.keys(names), 'ping', 'goodbye'];

/** By which name applications hear of it. @returns undefined for a frame that they only hear of as a `frame`. */
export function nameOf(event: string): (typeof names)[keyof typeof names] | undefined {
  return Object.hasOwn(names, event) ? names[event as keyof typeof names] : undefined;
}

/** Whether it is a known event of the log, with a number of its own. */
export function isLogged(event: string): event is InboxEventType {
  return nameOf(event) !== undefined && event !== 'sync' && event !== 'reset';
}
