import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const idBytes = 16;
/** Random bytes for many ids: to ask the system for each costs ten times what the rest of an id does. */
const pool = new Uint8Array(256 * idBytes);
let used = pool.length;
let msecs = 0;
let seq = 0;

/**
 * A new id, a UUIDv7 that sorts behind all that this thread made before, even when the clock goes back
 * (RFC 9562, section 6.2, method 1: a counter within the millisecond).
 */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, (used += idBytes));
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    seq = 0;
  } else {
    seq++;
  }
  return v7({ random, msecs, seq });
}

/**
 * Makes all further ids sort behind `id`, the newest that is stored (undefined when none is): the clock may have gone back since it was made, and
 * new rows would be missing from the first page.
 */
export function continueIdsAfter(id: string | undefined): void {
  if (id === undefined) return;
  const made = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  if (made < msecs) return;
  msecs = made + 1;
  seq = 0;
}
