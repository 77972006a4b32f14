import type { RawFrame } from './frame.ts';
import { movesCursor } from './frame.ts';

/**
 * What the number of a frame says to somebody who has everything up to a cursor: it is the `next`, it `begins` anew, it is
 * a `repeat`, or it shows a `hole`, that something before it is missing. `none`: it has no number.
 */
export type Verdict = 'next' | 'begins' | 'repeat' | 'hole' | 'none';

/** The one rule of Carillon, at the client's end. @param cursor undefined when nothing is known yet. */
export function judge(cursor: string | undefined, { event, id, data }: RawFrame): Verdict {
  if (event === 'ping') return cursor !== undefined && seqIn(data) > seqOf(cursor) ? 'hole' : 'none';
  if (!movesCursor(event)) return 'none';
  if (event === 'reset') return 'begins';
  if (id === undefined) return 'hole';
  if (cursor === undefined) return 'begins';
  if (epochOf(id) !== epochOf(cursor)) return 'hole';
  // What `sync` carries is the number of the last event, not one of its own.
  const ahead = seqOf(id) - seqOf(cursor) + Number(event === 'sync');
  if (ahead === 1) return 'next';
  return ahead < 1 ? 'repeat' : 'hole';
}

/** @returns NaN when `cursor` is none. */
export function seqOf(cursor: string): number {
  return Number(cursor.slice(cursor.indexOf('.') + 1));
}

export function epochOf(cursor: string): string {
  return cursor.slice(0, cursor.indexOf('.'));
}

function seqIn(data: string): number {
  return Number((JSON.parse(data) as { seq?: unknown }).seq);
}
