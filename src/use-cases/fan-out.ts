import { activityOf } from './activity-rows.ts';
import { type Audience, storedAudience, usersOf } from './audience.ts';
import { nextDueAt } from './due.ts';
import { notify, type Shown } from './notify.ts';
import type { ActivityRow } from './rows.ts';
import type { Reader, Transaction } from './transaction.ts';

/** Most people who are notified in the transaction that makes an activity. */
export const maxUsersAtOnce = 100;
/** Most people whom one step of a fan-out, an update, or a retraction concerns: others wait for one step at the most. */
export const maxUsersPerStep = 50;

/** Who hears of a new activity at once, and whether others follow in steps. */
export interface FirstTurn {
  readonly users: readonly string[];
  readonly isLast: boolean;
}

/**
 * Who is considered in the transaction that makes the activity: everybody, when they are few and nobody still waits for
 * an earlier activity of the topics; else those who are addressed, when they are few.
 */
export async function firstTurn(reader: Reader, audience: Audience, now: number): Promise<FirstTurn> {
  const [everybody, running] = await Promise.all([
    usersOf(reader, audience, '', maxUsersAtOnce),
    reader.rows('running', { now }),
  ]);
  const isQueued = running.some(({ topics }) => sharesTopic(topics, audience.topics));
  if (everybody.isLast && !isQueued) return everybody;
  const named = [...audience.addresses.keys()].sort();
  return { users: named.length <= maxUsersAtOnce ? named : [], isLast: false };
}

/**
 * One step of a fan-out: considers the next people and moves `fanOutAfter` behind them, in one transaction.
 * @returns false when it could not be done now, because another process does it.
 */
export async function fanOutStep(tx: Transaction, id: string): Promise<boolean> {
  const row = await tx.get('activities', { id });
  if (row?.fanOutAfter == null || row.retractedAt !== null) return false;
  const activity = activityOf(row);
  const audience = storedAudience(activity.topics, row.addressed);
  const { users, isLast } = await usersOf(tx, audience, row.fanOutAfter, maxUsersPerStep);
  const known = await tx.rows('recipientsAmong', { activityId: id, userIds: users });
  const isKnown = new Set(known.map(({ userId }) => userId));
  const fresh = users.filter((user) => !isKnown.has(user));
  await tx.lock({ activities: [id], users: fresh });

  const [present, report] = await Promise.all([
    tx.get('activities', { id }),
    row.reportId === null ? undefined : tx.get('reports', { id: row.reportId }),
  ]);
  // Another process was faster, or it was taken back meanwhile.
  if (present?.fanOutAfter !== row.fanOutAfter || present.retractedAt !== null) return false;
  const isRetracted = report != null && report.deletedAt !== null;
  const shown: Shown = {
    activity: { ...activityOf(present), isRetracted },
    reportTitle: report?.title ?? null,
  };
  await notify(tx, shown, audience, fresh, false);
  const after: ActivityRow = { ...present, fanOutAfter: isLast ? null : (users.at(-1) ?? null) };
  tx.update('activities', { id }, { fanOutAfter: after.fanOutAfter, dueAt: nextDueAt(after, tx.now) });
  return true;
}

/** @param topics JSON: the topics of an activity. */
export function sharesTopic(topics: string, others: readonly string[]): boolean {
  return (JSON.parse(topics) as string[]).some((topic) => others.includes(topic));
}
