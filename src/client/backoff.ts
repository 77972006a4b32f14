import type { GoodbyeReason } from './frame.ts';

const baseMs = 1_000;
const mostMs = 30_000;

/** How a connection went that is over. */
export interface Past {
  /** Connections before it, in a row, that did not become live. */
  readonly failures: number;
  /** Why the server ended it, if it said so. */
  readonly reason?: GoodbyeReason | undefined;
  /** The server's last `retry:`; an EventSource keeps it to itself. */
  readonly retryMs?: number | undefined;
}

/**
 * How long to wait before the next connection, in milliseconds. Each time another, because clients that were cut off
 * together must not come back together: full jitter over a time that doubles up to 30 s, and not sooner than the server
 * asked for. Only `rotate` is followed at once: the server spreads it, and waiting would be silence for nothing.
 *
 * @param random at least 0, less than 1.
 */
export function pauseMs({ failures, reason, retryMs }: Past, random: () => number = Math.random): number {
  if (reason === 'rotate') return between(0, baseMs, random);
  const jitterMs = between(0, Math.min(mostMs, baseMs * 2 ** failures), random);
  return Math.max(jitterMs, retryMs ?? untoldRetryMs(reason, random));
}

/** What the server puts into `retry:` with a goodbye, where it cannot be seen. */
function untoldRetryMs(reason: GoodbyeReason | undefined, random: () => number): number {
  if (reason === undefined) return 0;
  return reason === 'busy' ? between(30_000, 60_000, random) : between(1_000, 5_000, random);
}

function between(least: number, most: number, random: () => number): number {
  return least + random() * (most - least);
}
