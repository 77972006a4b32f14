import { formatCursor, type ResetReason } from '../domain/cursor.ts';
import type { Inbox, InboxEvent } from '../domain/inbox.ts';
import { encodeEvent } from './sse.ts';

/* What a stream says: the table of the wire, one function for each of its rows. */

/** Why the server ends a stream. */
export type GoodbyeReason = 'shutdown' | 'expired' | 'revoked' | 'busy' | 'rotate';

/** An event of the inbox, live or replayed: the same bytes. */
export function eventFrame(epoch: string, { seq, type, data }: InboxEvent): string {
  return encodeEvent({ id: formatCursor(epoch, seq), event: type, data });
}

/** "You have everything up to here": `from` is where the stream began. */
export function syncFrame(epoch: string, from: number, { seq, counts }: Inbox): string {
  const data = JSON.stringify({ from, to: seq, missed: seq - from, counts });
  return encodeEvent({ id: formatCursor(epoch, seq), event: 'sync', data });
}

/** "Your cursor cannot be resumed: fetch the list again; I go on from here." */
export function resetFrame(epoch: string, reason: ResetReason, { seq, counts }: Inbox): string {
  const data = JSON.stringify({ reason, seq, counts });
  return encodeEvent({ id: formatCursor(epoch, seq), event: 'reset', data });
}

/** "I am still here, and this is the last that I sent you." `time` is RFC 3339 UTC. */
export function pingFrame(seq: number, time: string): string {
  return encodeEvent({ event: 'ping', data: JSON.stringify({ seq, time }) });
}

/** "I end this stream; come back in `retry` milliseconds." */
export function goodbyeFrame(reason: GoodbyeReason, retry: number): string {
  return encodeEvent({ retry, event: 'goodbye', data: JSON.stringify({ reason }) });
}

/**
 * How long a client is to wait before it connects again, in milliseconds: each another time, so that clients that were
 * cut off together do not come back together.
 */
export function retryDelay(reason?: GoodbyeReason): number {
  const [least, most] = reason === 'busy' ? [30_000, 60_000] : [1_000, 5_000];
  return Math.round(least + Math.random() * (most - least));
}
