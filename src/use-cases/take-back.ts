import { isOfWatch, strongestReason } from '../domain/decide.ts';
import { countsOf, difference, noCounts } from '../domain/notification.ts';
import { appendNotification, appendRemoved } from './inboxes.ts';
import { membersOf } from './notify.ts';
import { rendered } from './rendered.ts';
import type { NotificationRow, RecipientRow } from './rows.ts';
import type { Transaction } from './transaction.ts';

/** Takes an activity back from one user, who must be locked: nothing of it stays in their inbox. */
export async function takeBack(
  tx: Transaction,
  { activityId, userId, notificationId }: Pick<RecipientRow, 'activityId' | 'userId' | 'notificationId'>,
): Promise<void> {
  tx.update('recipients', { activityId, userId }, { notified: 0, rule: 'gone' });
  const row = await tx.get('notifications', { userId, id: notificationId ?? activityId });
  if (row === undefined) return; // It was pruned.
  const members = membersOf(row).filter((id) => id !== activityId);
  const [newest] = members;
  if (row.count === 1 || newest === undefined) removeNotification(tx, row);
  else await shrink(tx, row, newest, members);
}

/** Removes a notification from the inbox of a user who is locked. */
export function removeNotification(tx: Transaction, row: NotificationRow): void {
  const { userId, id } = row;
  tx.delete('notifications', { userId, id });
  appendRemoved(tx, userId, difference(noCounts, countsOf(row)), id);
}

/** Others of its group remain: the notification counts one less. */
async function shrink(
  tx: Transaction,
  { userId, id, count, reason: before }: NotificationRow,
  newest: string,
  members: readonly string[],
): Promise<void> {
  // Few are in a group because they are addressed: an edit has mentioned them.
  const reason = isOfWatch(before) ? before : await reasonOf(tx, userId, members, before);
  const set = { activityId: newest, count: count - 1, members: JSON.stringify(members), reason };
  tx.update('notifications', { userId, id }, set);
  await tellUpdated(tx, userId, id);
}

/** Gives a notification of a user, who is locked, the reason that its activities have now. */
export async function tellReason(tx: Transaction, userId: string, id: string): Promise<void> {
  const row = await tx.get('notifications', { userId, id });
  if (row === undefined) return; // It was pruned.
  const reason = await reasonOf(tx, userId, membersOf(row), row.reason);
  if (reason === row.reason) return;
  tx.update('notifications', { userId, id }, { reason });
  await tellUpdated(tx, userId, id);
}

/** The strongest reason for which the user has one of these activities; `otherwise` when none of them gives one. */
async function reasonOf(
  tx: Transaction,
  userId: string,
  members: readonly string[],
  otherwise: string,
): Promise<string> {
  const known = await Promise.all(members.map((activityId) => tx.get('recipients', { activityId, userId })));
  return strongestReason(known.map((one) => one?.reason ?? null)) ?? otherwise;
}

/** Tells a user, who is locked, what a notification says now. Its counts do not move. */
export async function tellUpdated(tx: Transaction, userId: string, id: string): Promise<void> {
  const [notification] = await rendered(tx, await tx.rows('notifications', { userId, ids: [id] }));
  if (notification === undefined) return;
  appendNotification(tx, userId, noCounts, 'notification.updated', () => notification);
}
