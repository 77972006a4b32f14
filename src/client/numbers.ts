import { nameOf, type RawFrame } from './frame.ts';

/**
 * What the number of a frame says to somebody who has everything up to a cursor: it is the `next`, it `begins` anew, it is
 * a `repeat`, or it shows a `hole`, that something before it is missing. `none`: it has no number.
 */
export type Verdict = 'next' | 'begins' | 'repeat' | 'hole' | 'none';

/** The one rule of Carillon, at the client's end. @param cursor undefined when nothing is known yet. */
export function judge(cursor: string | undefined, { event, id, data }: RawFrame): Verdict {
  if (event === 'ping') {
    const { seq } = JSON.parse(data) as { seq: number };
    return cursor !== undefined && seq > seqOf(cursor) ? 'hole' : 'none';
  }
  // What `sync` carries is the number of the last event, not one of its own.
  const ahead = cursor && id ? distance(cursor, id) + Number(event === 'sync') : NaN;
  // Of a type that is not known only the number matters, and only when it is ahead.
  if (nameOf(event) === undefined && !(ahead >= 1)) return 'none';
  if (id === undefined) return 'hole';
  if (cursor === undefined || event === 'reset') return 'begins';
  if (ahead === 1) return 'next';
  return ahead < 1 ? 'repeat' : 'hole';
}

/** By how many events `to` is ahead of `from`; NaN when they are not of one log. */
export function distance(from: string, to: string): number {
  return from.split('.')[0] === to.split('.')[0] ? seqOf(to) - seqOf(from) : NaN;
}

/** @returns NaN when `cursor` is none. */
export function seqOf(cursor: string): number {
  return Number(cursor.split('.')[1]);
}
