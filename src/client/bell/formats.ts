/** The browser's formatters of one language. */
export interface Formats {
  readonly plurals: Intl.PluralRules;
  readonly numbers: Intl.NumberFormat;
  readonly moments: Intl.DateTimeFormat;
  readonly clock: Intl.DateTimeFormat;
  readonly relative: Intl.RelativeTimeFormat;
  readonly day: Intl.DateTimeFormat;
  readonly dayAndYear: Intl.DateTimeFormat;
  readonly list: Intl.ListFormat;
}

const known = new Map<string, Formats>();

/**
 * The formatters of a language, made once for all bells: one of them takes as long to make as a hundred texts to format.
 *
 * @param tag a BCP 47 tag that the browser supports.
 */
export function formatsOf(tag: string): Formats {
  const formats = known.get(tag) ?? {
    plurals: new Intl.PluralRules(tag),
    numbers: new Intl.NumberFormat(tag),
    moments: new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeStyle: 'short' }),
    clock: new Intl.DateTimeFormat(tag, { timeStyle: 'short' }),
    relative: new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' }),
    day: new Intl.DateTimeFormat(tag, { month: 'short', day: 'numeric' }),
    dayAndYear: new Intl.DateTimeFormat(tag, { month: 'short', day: 'numeric', year: 'numeric' }),
    // The bell's English has no comma before “and”.
    list: new Intl.ListFormat(tag === 'en' ? 'en-GB' : tag),
  };
  known.set(tag, formats);
  return formats;
}
