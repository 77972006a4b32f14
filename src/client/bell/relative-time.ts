import { formatsOf } from './formats.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** What is older than this is told by its date. */
const relativeDays = 7;

/**
 * When something was, as one would say it: "now", "2 min. ago", "yesterday", and from a week on its date.
 *
 * @param at and `now`: Unix milliseconds. What a slow clock puts into the future is now.
 */
export function relativeTime(at: number, now: number, language: string): string {
  const age = now - at;
  const { relative, day: thisYear, dayAndYear } = formatsOf(language);
  if (age < minute) return relative.format(0, 'second');
  if (age < hour) return relative.format(-Math.floor(age / minute), 'minute');
  if (age < day) return relative.format(-Math.floor(age / hour), 'hour');
  const days = Math.max(1, calendarDays(at, now));
  if (days < relativeDays) return relative.format(-days, 'day');
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? thisYear : dayAndYear).format(at);
}

/** After how many milliseconds a relative time of now may read differently. */
export function nextTickMs(newestAt: number, now: number): number {
  const age = Math.max(0, now - newestAt);
  if (age < hour) return minute - (age % minute);
  return 10 * minute;
}

/** How many midnights lie between, in the reader's own time zone. */
function calendarDays(at: number, now: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / day);
}
