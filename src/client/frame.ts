import type { Frame } from './client.ts';

/** A frame as it stood on the wire. */
export type RawFrame = Omit<Frame, 'replayed'>;

export type GoodbyeReason = 'shutdown' | 'expired' | 'revoked' | 'busy' | 'rotate';

/** Those that move the cursor. Unknown ones are passed over, as the wire asks. */
const numbered = [
  'notification',
  'notification.updated',
  'notification.removed',
  'notifications.read',
  'notifications.seen',
  'sync',
  'reset',
];
export const frameTypes: readonly string[] = [...numbered, 'ping', 'goodbye'];

export function movesCursor(event: string): boolean {
  return numbered.includes(event);
}
