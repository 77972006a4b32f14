import { positionOf } from '../domain/cursor.ts';
import { AppError } from '../domain/errors.ts';
import type { Hub } from '../stream/hub.ts';
import { FrameQueue } from './frame-queue.ts';

/** An event of a user's stream, as the wire has it. */
export interface FollowedEvent {
  /** `notification`, `notification.updated`, …, `sync`, `reset`, or at the end `goodbye`. */
  readonly event: string;
  /** What to resume after; null for `goodbye`, which moves no cursor. */
  readonly cursor: string | null;
  readonly data: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- the wire's own JSON
}

export interface FollowOptions {
  /** The cursor of the last event that was taken; from now on unless given. */
  readonly after?: string | undefined;
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
}

interface FollowParts {
  readonly hub: Hub;
  readonly epoch: string;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * Follows a user's stream without a connection, for other transports. It goes on until the user is revoked, Carillon
 * closes, or the caller leaves the loop; a stream that is only renewed is renewed in here.
 * @throws unavailable when no more streams can be opened.
 */
export async function* follow(
  { hub, epoch, now }: FollowParts,
  userId: string,
  { after, signal }: FollowOptions,
): AsyncGenerator<FollowedEvent, void, void> {
  const issuedAt = now();
  let cursor = after;
  let isRenewed = false;
  for (;;) {
    const refusal = hub.refusal(userId);
    if (refusal !== undefined) {
      throw new AppError('unavailable', `No stream can be opened for ${userId}: ${refusal}.`);
    }
    const queue = new FrameQueue();
    const stream = hub.open(userId, queue, positionOf(cursor, epoch), { issuedAt, endsInMs: Infinity });
    queue.onRoom = () => stream.drained();
    const leave = () => stream.gone();
    signal?.addEventListener('abort', leave);
    if (signal?.aborted === true) leave();
    let isOver = true;
    let hasGoodbye = false;
    try {
      for await (const { event, id, data } of queue) {
        const parsed: unknown = JSON.parse(data);
        if (event === 'goodbye' && (parsed as { reason: string }).reason === 'rotate') {
          isOver = false;
          break;
        }
        hasGoodbye = event === 'goodbye';
        if (id !== undefined) cursor = id;
        // That a renewed stream has everything is nothing new.
        if (event === 'ping' || (event === 'sync' && isRenewed)) continue;
        yield { event, cursor: id ?? null, data: parsed };
      }
    } finally {
      signal?.removeEventListener('abort', leave);
      stream.gone();
    }
    if (isOver && !hasGoodbye && signal?.aborted !== true) {
      throw new AppError('unavailable', `The events of ${userId} cannot be read.`);
    }
    if (isOver) return;
    isRenewed = true;
  }
}
