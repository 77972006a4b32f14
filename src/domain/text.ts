import { z } from 'zod';

/**
 * Text that a person wrote, kept exactly as written, line breaks of all kinds included.
 *
 * @param min fewest characters; a character is a Unicode code point.
 * @param max most characters.
 */
export function text(min: number, max: number) {
  return z.string().check((context) => {
    const fault = faultOf(context.value, min, max);
    if (fault !== undefined) context.issues.push({ code: 'custom', message: fault, input: context.value });
  });
}

function faultOf(value: string, min: number, max: number): string | undefined {
  // Neither survives a round trip: C code ends a string at NUL, and UTF-8 has no bytes for a lone surrogate.
  if (value.includes('\0')) return 'Must not contain the character NUL (U+0000).';
  if (!value.isWellFormed()) return 'Must not contain a lone surrogate (half of a UTF-16 pair).';
  const length = characters(value);
  if (length >= min && length <= max) return undefined;
  return `Expected ${min} to ${max} characters, got ${length}.`;
}

/** How many characters (Unicode code points) `value` has. */
export function characters(value: string): number {
  let pairs = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) pairs++;
  }
  return value.length - pairs;
}

/** The first `length` characters of well-formed `value`; all of it when it has fewer. */
export function excerpt(value: string, length: number): string {
  // A code point is at most two code units, so this slice always holds the first `length` of them whole.
  return Array.from(value.slice(0, 2 * length))
    .slice(0, length)
    .join('');
}
