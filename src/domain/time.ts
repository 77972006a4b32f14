let last = { milliseconds: 0, text: '1970-01-01T00:00:00.000Z' };

/** RFC 3339 UTC with milliseconds, as the API writes times. What one transaction writes has one time: it is kept. */
export function timeOf(milliseconds: number): string {
  if (last.milliseconds !== milliseconds) last = { milliseconds, text: new Date(milliseconds).toISOString() };
  return last.text;
}

export function timeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : timeOf(milliseconds);
}
