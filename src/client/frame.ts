import type { ClientEvents, Frame } from './client.ts';

/** A frame as it stood on the wire. */
export type RawFrame = Omit<Frame, 'replayed'>;

export type GoodbyeReason = 'shutdown' | 'expired' | 'revoked' | 'busy' | 'rotate';

/** The frames that move the cursor, and by which name applications hear of them. Unknown ones are passed over. */
const toldAs: Readonly<Record<string, keyof ClientEvents>> = {
  notification: 'notification',
  'notification.updated': 'updated',
  'notification.removed': 'removed',
  'notifications.read': 'read',
  'notifications.seen': 'seen',
  sync: 'sync',
  reset: 'reset',
};
export const frameTypes = [...Object.keys(toldAs), 'ping', 'goodbye'];

/** @returns undefined for a frame that does not move the cursor. */
export function nameOf(event: string): keyof ClientEvents | undefined {
  return toldAs[event];
}

/** Whether it is an event of the log, with a number of its own. */
export function isLogged(event: string): boolean {
  return event.startsWith('notification');
}
