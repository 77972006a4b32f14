import type { ActivityRow } from './rows.ts';

/** When something has to be done with the activity next, in Unix milliseconds; null when there is nothing to do. */
export function nextDueAt(row: ActivityRow, now: number): number | null {
  const { fanOutAfter, updateAfter, retractAfter, happenedAt, expiresAt, retractedAt } = row;
  if (retractAfter !== null || updateAfter !== null) return now;
  if (fanOutAfter !== null) return Math.max(now, happenedAt);
  return retractedAt === null ? expiresAt : null;
}
