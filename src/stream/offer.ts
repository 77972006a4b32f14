import type { InboxEvent } from '../domain/inbox.ts';
import { eventFrame } from './frames.ts';

/** Consecutive events of one user, encoded once for all of the user's streams. */
export interface Offer {
  /** The numbers of the first and the last of them. */
  readonly first: number;
  readonly last: number;
  /** All of them in one piece: each stream gets one write. */
  readonly bytes: Buffer;
  /** Each of them by itself. */
  readonly frames: readonly string[];
  /** Whether this process has committed them; what others tell may be forged. */
  readonly isOwn: boolean;
}

/** @param events of one user, in the order of their numbers, without holes. */
export function offerOf(
  epoch: string,
  events: readonly [InboxEvent, ...InboxEvent[]],
  isOwn: boolean,
): Offer {
  const [{ seq: first }] = events;
  const last = first + events.length - 1;
  const frames = events.map((event) => eventFrame(epoch, event));
  return { first, last, bytes: Buffer.from(frames.join('')), frames, isOwn };
}
