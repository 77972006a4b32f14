import type { ClientEvents, Frame } from './client.ts';

/** A frame as it stood on the wire. */
export type RawFrame = Omit<Frame, 'replayed'>;

export type GoodbyeReason = 'shutdown' | 'expired' | 'revoked' | 'busy' | 'rotate';

/** The frames that are known; others are passed over. All but the last two move the cursor. */
export const frameTypes = [
  'notification',
  'notification.updated',
  'notification.removed',
  'notifications.read',
  'notifications.seen',
  'sync',
  'reset',
  'ping',
  'goodbye',
];

/** By which name applications hear of it. @returns undefined for a frame that does not move the cursor. */
export function nameOf(event: string): keyof ClientEvents | undefined {
  const movesCursor = frameTypes.slice(0, -2).includes(event);
  return movesCursor ? (event.replace(/.+\./, '') as keyof ClientEvents) : undefined;
}

/** Whether it is an event of the log, with a number of its own. */
export function isLogged(event: string): boolean {
  return event.startsWith('notification');
}
