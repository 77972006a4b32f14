/* The newest time of issuing that a token named before it had come, as `meta` keeps it. */

export const earlyKey = 'early';

/** A token names whole seconds: one that was issued in the next second is newer for sure. */
export const earlyReachMs = 1_000;

/** Sorts as text as the moments do as numbers. @param issuedAt Unix milliseconds. */
export function earlyText(issuedAt: number): string {
  return String(issuedAt).padStart(15, '0');
}
