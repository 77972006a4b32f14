import { formatsOf } from './formats.ts';
import { fill, type Messages, type Plural } from './messages.ts';
import { relativeTime } from './relative-time.ts';

/** How the bell speaks: a language, its texts, and its numbers and times. */
export interface Words {
  /** The BCP 47 tag of this language: what the panel's `lang` is. */
  readonly language: string;
  readonly messages: Messages;
  /** A number in its sentence. */
  count(plural: Plural, count: number): string;
  number(count: number): string;
  /** The pieces of "Ann, Bob and Cleo": each is an element, or what stands between two of them. */
  list(parts: readonly string[]): readonly { type: 'element' | 'literal'; value: string }[];
  /** When something was, of which the page says how long that is ago. */
  ago(at: number, now: number): string;
  /** The very same, whole. */
  moment(at: number): string;
  /** A time of day. */
  clock(at: number): string;
  /** A number that need not be exact above 99. */
  upTo99(count: number): string;
}

/** @param language a BCP 47 tag that `Intl` supports; `messages` are in it. */
export function wordsOf(language: string, messages: Messages): Words {
  const { plurals, numbers, moments, clock, list } = formatsOf(language);
  return {
    language,
    messages,
    count: (plural, count) =>
      fill(plural[plurals.select(count)] ?? plural.other, { count: numbers.format(count) }),
    number: (count) => numbers.format(count),
    list: (parts) => list.formatToParts(parts),
    ago: (at, now) => relativeTime(at, now, language),
    moment: (at) => moments.format(at),
    clock: (at) => clock.format(at),
    upTo99: (count) => (count > 99 ? `${numbers.format(99)}+` : numbers.format(count)),
  };
}
