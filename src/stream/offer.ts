import { crc32 } from 'node:zlib';
import type { InboxEvent } from '../domain/inbox.ts';
import { eventFrame } from './frames.ts';

/** Consecutive events of one user, encoded once for all of the user's streams. */
export interface Offer {
  /** The numbers of the first and the last of them. */
  readonly first: number;
  readonly last: number;
  /** All of them in one piece: each stream gets one write. */
  readonly bytes: Buffer;
  /** One for each event: two events with one number differ in it. */
  readonly checksums: readonly number[];
}

/** @param events of one user, in the order of their numbers, without holes. */
export function offerOf(epoch: string, events: readonly [InboxEvent, ...InboxEvent[]]): Offer {
  const [{ seq: first }] = events;
  const frames = events.map((event) => eventFrame(epoch, event));
  return {
    first,
    last: first + events.length - 1,
    bytes: Buffer.from(frames.join('')),
    checksums: frames.map((frame) => crc32(frame)),
  };
}
