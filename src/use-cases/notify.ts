import { z } from 'zod';
import type { Activity } from '../domain/activity.ts';
import { decide, type Decision } from '../domain/decide.ts';
import { countsOf, difference, newState, type NotificationState } from '../domain/notification.ts';
import type { NotificationView } from '../domain/notification-view.ts';
import { notificationOf } from '../domain/render.ts';
import { stateCode } from '../domain/state-code.ts';
import type { Audience } from './audience.ts';
import { appendNotification } from './inboxes.ts';
import { rendered } from './rendered.ts';
import type { NotificationRow } from './rows.ts';
import { candidatesOf } from './standings.ts';
import type { Transaction } from './transaction.ts';

/** Most activities that a notification of a group names; it counts all. */
const maxMembers = 20;

/** What was decided of one user. */
export interface Decided extends Decision {
  readonly userId: string;
}

/** An activity as a notification shows it: what it says itself, and the title of its report. */
export interface Shown {
  readonly activity: Activity;
  readonly reportTitle: string | null;
}

/**
 * Decides about each of these users, who must be locked and were not considered before, and writes what follows: who was
 * considered, notifications, and their events.
 * @param happensNow whether the activity is made in this transaction; else some may watch since later.
 */
export async function notify(
  tx: Transaction,
  shown: Shown,
  audience: Audience,
  userIds: readonly string[],
  happensNow: boolean,
): Promise<readonly Decided[]> {
  const { activity } = shown;
  const [candidates, open] = await Promise.all([
    candidatesOf(tx, audience, userIds, happensNow ? activity.happenedAt : Infinity),
    openNotifications(tx, activity, userIds),
  ]);
  const decided = candidates.map((candidate) => ({
    userId: candidate.userId,
    ...decide(activity, candidate, tx.now),
  }));
  for (const { userId, notified, reason, rule, quiet } of decided) {
    // A user who is addressed gets a notification of their own: in a group it would be one of many.
    const isGrouped = notified && rule === 'watching' && !quiet;
    const joined = isGrouped ? open.get(userId) : undefined;
    const notificationId = joined?.id ?? null;
    tx.insert('recipients', {
      activityId: activity.id,
      userId,
      notified: Number(notified),
      reason,
      rule,
      notificationId,
    });
    if (!notified || reason === null) continue;
    if (joined === undefined) addNotification(tx, userId, shown, reason, quiet, isGrouped);
    else await raise(tx, userId, shown, joined);
  }
  return decided;
}

/** The notifications of these users that the activity joins, by user. */
async function openNotifications(
  tx: Transaction,
  activity: Activity,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, NotificationRow>> {
  const openKey = openKeyOf(activity);
  if (openKey === null) return new Map();
  const rows = await tx.rows('openNotifications', { userIds, openKey });
  return new Map(rows.map((row) => [row.userId, row]));
}

/** Activities of one type and group share one notification. */
function openKeyOf({ type, group }: Activity): string | null {
  return group === null ? null : JSON.stringify([type, group]);
}

/** What a notification shows of its newest activity. */
function contentOf({ activity, reportTitle }: Shown) {
  const { id, type, actor, title, body, url, data, reportId } = activity;
  return {
    activityId: id,
    type,
    actorId: actor?.id ?? null,
    actorName: actor?.name ?? null,
    title,
    body,
    url,
    data,
    retractedAt: null,
    reportId,
    reportTitle,
  };
}

function addNotification(
  tx: Transaction,
  userId: string,
  shown: Shown,
  reason: string,
  isQuiet: boolean,
  isOpen: boolean,
): void {
  const { activity } = shown;
  const state: NotificationState = isQuiet ? { ...newState, seenAt: tx.now, readAt: tx.now } : newState;
  const own = {
    id: activity.id,
    reason,
    topic: activity.topics[0] ?? null,
    count: 1,
    createdAt: tx.now,
    updatedAt: tx.now,
    ...state,
  };
  const { seq } = appendNotification(tx, userId, countsOf(state), 'notification', (number) =>
    notificationOf({ ...own, ...contentOf(shown), seq: number }),
  );
  const openKey = isOpen ? openKeyOf(activity) : null;
  const row = {
    ...own,
    userId,
    seq,
    state: stateCode(state),
    activityId: activity.id,
    openKey,
    members: null,
  };
  tx.insert('notifications', row);
}

/** Adds the activity to an unread notification, which is new again: it is unseen, and comes first. */
async function raise(tx: Transaction, userId: string, shown: Shown, row: NotificationRow): Promise<void> {
  const { activity } = shown;
  // Only the newest are kept: a row must not grow with its group.
  const before = membersOf(row);
  const set = {
    activityId: activity.id,
    count: row.count + 1,
    members: JSON.stringify([activity.id, ...before].slice(0, maxMembers)),
    updatedAt: tx.now,
    seenAt: null,
    state: stateCode({ ...row, seenAt: null }),
  };
  const view: Omit<NotificationView, 'seq'> = { ...row, ...set, ...contentOf(shown) };
  const [notification] = await rendered(tx, [{ ...view, members: set.members, seq: 1 }]);
  if (notification === undefined) return;
  const change = difference(countsOf(view), countsOf(row));
  const { seq } = appendNotification(tx, userId, change, 'notification.updated', (number) => ({
    ...notification,
    seq: number,
  }));
  tx.update('notifications', { userId, id: row.id }, { ...set, seq });
}

/** The newest activities of a notification, the newest first. */
export function membersOf({
  members,
  activityId,
}: Pick<NotificationRow, 'members' | 'activityId'>): string[] {
  return members === null ? [activityId] : z.array(z.string()).parse(JSON.parse(members));
}
