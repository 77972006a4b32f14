/** A time of day, to the second, as the reader writes it. @param at a date's text, or Unix milliseconds */
export function clock(at: string | number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
