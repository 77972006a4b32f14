/** What a comment's text says besides its number; with it an event has about 700 bytes, like a comment of a sentence or two. */
const text = 'Loved chapter two, and the way in which the third one takes the thread up again.';

/** The body of comment `number`, by which whoever hears of it knows which one it was. */
export function bodyOf(number: number): string {
  return `~#${number}~ ${text}`;
}

const mark = Buffer.from('~#');
const digit0 = 0x30;
const digit9 = 0x39;

/**
 * The number of the comment that `bytes` from `start` to `end` tell of.
 * @returns -1 when they tell of none.
 */
export function numberIn(bytes: Buffer, start: number, end: number): number {
  let at = bytes.indexOf(mark, start);
  if (at === -1 || at >= end) return -1;
  at += mark.length;
  let number = 0;
  for (let byte = bytes[at] ?? 0; byte >= digit0 && byte <= digit9; byte = bytes[++at] ?? 0) {
    number = number * 10 + byte - digit0;
  }
  return number;
}
