import { formatsOf } from './formats.ts';
import { en } from './languages/en.ts';
import { ko } from './languages/ko.ts';
import { fill, type Messages, type Plural, type SomeMessages } from './messages.ts';
import { relativeTime } from './relative-time.ts';

const languages: Readonly<Record<string, Messages>> = { en, ko };

/** How the bell speaks: a language, its texts, and its numbers and times. */
export interface Words {
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

/**
 * @param language a BCP 47 tag; one that the bell does not know speaks English, but writes times in its own way.
 * @param own what the application says instead.
 */
export function wordsOf(language: string, own: SomeMessages = {}): Words {
  const tag = Intl.NumberFormat.supportedLocalesOf(wellFormed(language))[0] ?? 'en';
  const known = languages[new Intl.Locale(tag).language] ?? en;
  const messages: Messages = { ...known, ...own, types: { ...known.types, ...own.types } };
  const { plurals, numbers, moments, clock, list } = formatsOf(tag);
  return {
    messages,
    count: (plural, count) =>
      fill(plural[plurals.select(count)] ?? plural.other, { count: numbers.format(count) }),
    number: (count) => numbers.format(count),
    list: (parts) => list.formatToParts(parts),
    ago: (at, now) => relativeTime(at, now, tag),
    moment: (at) => moments.format(at),
    clock: (at) => clock.format(at),
    upTo99: (count) => (count > 99 ? `${numbers.format(99)}+` : numbers.format(count)),
  };
}

/** What `Intl` takes without throwing. */
function wellFormed(language: string): string[] {
  try {
    return Intl.getCanonicalLocales(language);
  } catch {
    return []; // A `lang` that is none: the page's own business.
  }
}
