import type { Activity } from '../domain/activity.ts';
import { type Address, decide, type Decision } from '../domain/decide.ts';
import { countsOf, newState, type NotificationState } from '../domain/notification.ts';
import type { NotificationView } from '../domain/notification-view.ts';
import { notificationOf } from '../domain/render.ts';
import { stateCode } from '../domain/state-code.ts';
import { appendNotification } from './inboxes.ts';
import { candidatesOf } from './standings.ts';
import type { Transaction } from './transaction.ts';

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
 * Decides about each of these users, who must be locked, and writes what follows: who was considered, notifications, and
 * their events.
 */
export async function notify(
  tx: Transaction,
  shown: Shown,
  userIds: readonly string[],
  addresses: ReadonlyMap<string, readonly Address[]>,
): Promise<readonly Decided[]> {
  const { activity } = shown;
  const candidates = await candidatesOf(tx, activity.topics, userIds, addresses);
  return candidates.map((candidate) => {
    const { userId } = candidate;
    const decision = decide(activity, candidate, tx.now);
    const { notified, reason, rule } = decision;
    const recipient = { activityId: activity.id, userId, reason, rule, notificationId: null };
    tx.insert('recipients', { ...recipient, notified: Number(notified) });
    if (notified && reason !== null) addNotification(tx, userId, shown, reason, stateOf(tx, decision));
    return { userId, ...decision };
  });
}

function stateOf({ now }: Transaction, { quiet }: Decision): NotificationState {
  return quiet ? { ...newState, seenAt: now, readAt: now } : newState;
}

function addNotification(
  tx: Transaction,
  userId: string,
  { activity, reportTitle }: Shown,
  reason: string,
  state: NotificationState,
): void {
  const { id, type, actor, title, body, url, data, reportId } = activity;
  const topic = activity.topics[0] ?? null;
  const own = { reason, topic, count: 1, createdAt: tx.now, updatedAt: tx.now, ...state };
  const view: Omit<NotificationView, 'seq'> = {
    id,
    ...own,
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
  const { seq } = appendNotification(tx, userId, countsOf(state), 'notification', (number) =>
    notificationOf({ ...view, seq: number }),
  );
  const row = { userId, id, seq, ...own, state: stateCode(state), activityId: id, openKey: null, members: null };
  tx.insert('notifications', row);
}
