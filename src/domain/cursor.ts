import type { Inbox } from './inbox.ts';

/** A position in one user's log; on the wire `<epoch>.<seq>`. */
export interface Cursor {
  /** 8 characters of `0-9a-z`; a log of another epoch is another log. */
  readonly epoch: string;
  /** The number of the last event that was seen; 0 before the first. */
  readonly seq: number;
}

/** Longest cursor on the wire, in characters. 15 digits are exact in a JavaScript number. */
const shape = /^([0-9a-z]{8})\.(0|[1-9][0-9]{0,14})$/;

/** @returns undefined for anything that is not exactly one cursor, such as two headers that were joined. */
export function parseCursor(value: string): Cursor | undefined {
  const [, epoch, seq] = shape.exec(value) ?? [];
  return epoch === undefined || seq === undefined ? undefined : { epoch, seq: Number(seq) };
}

export function formatCursor(epoch: string, seq: number): string {
  return `${epoch}.${seq}`;
}

/** Where in a log a stream starts: at its present `end`, `behind` the event `seq`, or at a cursor that is `unknown` to it. */
export type Position =
  { readonly at: 'end' } | { readonly at: 'behind'; readonly seq: number } | { readonly at: 'unknown' };

/** Where in a log of `epoch` a stream starts that was asked for with the cursor `value`; undefined or '' is no cursor. */
export function positionOf(value: string | undefined, epoch: string): Position {
  if (value === undefined || value === '') return { at: 'end' };
  const cursor = parseCursor(value);
  return cursor?.epoch === epoch ? { at: 'behind', seq: cursor.seq } : { at: 'unknown' };
}

/**
 * Why a stream cannot resume: `unknown` (another epoch, ahead of the log, malformed), `expired` (pruned since), or
 * `too_many` (more was missed than is replayed).
 */
export type ResetReason = 'unknown' | 'expired' | 'too_many';

/**
 * Whether a stream can resume behind `seq`. A cursor is judged by its number alone, whoever had it first.
 *
 * @param replayLimit most events that are replayed.
 * @returns undefined when it can.
 */
export function resetReason(seq: number, inbox: Inbox, replayLimit: number): ResetReason | undefined {
  if (seq > inbox.seq) return 'unknown';
  if (seq < inbox.floor) return 'expired';
  if (inbox.seq - seq > replayLimit) return 'too_many';
  return undefined;
}
