import { reportTopic } from '../domain/activity.ts';
import type { Actor } from '../domain/actor.ts';
import type { Comment, CommentChange } from '../domain/comment.ts';
import { decide } from '../domain/decide.ts';
import { AppError } from '../domain/errors.ts';
import { excerptCharacters } from '../domain/notification.ts';
import { excerpt } from '../domain/text.ts';
import { activityOf } from './activity-rows.ts';
import { audienceOf } from './audience.ts';
import { addressedBy, commentOf, mentionsOf } from './comments.ts';
import { notify, type Shown } from './notify.ts';
import { reportRow } from './reports.ts';
import { changeForAll, retract, tellChange } from './retract.ts';
import type { CommentRow, ReportRow } from './rows.ts';
import { candidatesOf } from './standings.ts';
import { takeBack, tellReason } from './take-back.ts';
import type { Transaction } from './transaction.ts';

interface Found {
  readonly report: ReportRow;
  readonly row: CommentRow;
}

/**
 * Changes a comment. Those who have not read it are told; who is mentioned now is notified, once, and who is no longer
 * mentioned keeps the notification only when another reason holds.
 * @throws not_found, forbidden (somebody else's)
 */
export async function editComment(
  tx: Transaction,
  actor: Actor,
  reportId: string,
  id: string,
  change: CommentChange,
): Promise<Comment> {
  const { report, row } = await found(tx, reportId, id);
  if (row.deletedAt !== null) throw noComment(reportId, id);
  if (row.authorId !== actor.id) throw new AppError('forbidden', 'Only its author changes a comment.');
  const parent = row.parentId === null ? undefined : await tx.get('comments', { reportId, id: row.parentId });
  const before = mentionsOf(row);
  const mentions = [...new Set(change.mentions ?? before)];
  // Only users whose mention came or went are decided about again.
  const moved = [
    ...before.filter((user) => !mentions.includes(user)),
    ...mentions.filter((user) => !before.includes(user)),
  ];
  const addressed = addressedBy(mentions, parent);
  const edited: CommentRow = {
    ...row,
    body: change.body,
    mentions: mentions.length === 0 ? null : JSON.stringify(mentions),
    editedAt: tx.now,
  };
  const content = {
    body: excerpt(change.body, excerptCharacters),
    addressed: addressed.length === 0 ? null : JSON.stringify(addressed),
  };
  const isDone = await changeForAll(tx, id, {
    tell: tellChange,
    alsoLocks: moved,
    change: (activity) =>
      activity.retractedAt === null
        ? { ...content, version: activity.version + 1, updateAfter: '' }
        : undefined,
    also: async (activity) => {
      const { body, mentions: text, editedAt } = edited;
      tx.update('comments', { reportId, id }, { body, mentions: text, editedAt });
      const shown = { activity: activityOf({ ...activity, ...content }), reportTitle: report.title };
      const audience = audienceOf([reportTopic(reportId)], addressed);
      for (const user of moved) await decideAgain(tx, shown, audience, user);
    },
  });
  if (!isDone) throw noComment(reportId, id);
  return commentOf(edited);
}

/**
 * Deletes a comment: its text is gone with this transaction, and it is taken back from every inbox. Done again it changes
 * nothing.
 * @throws not_found, forbidden (neither its author's nor the report's owner's to delete)
 */
export async function deleteComment(
  tx: Transaction,
  actor: Actor,
  reportId: string,
  id: string,
): Promise<void> {
  const { report, row } = await found(tx, reportId, id);
  if (row.authorId !== actor.id && report.ownerId !== actor.id) {
    throw new AppError('forbidden', "Only its author and the report's owner delete a comment.");
  }
  // A second deletion locks nothing and costs one read.
  if (row.deletedAt !== null) return;
  await retract(tx, id, () => {
    tx.update('comments', { reportId, id }, { body: '', mentions: null, deletedAt: tx.now });
  });
}

/** Decides once more about a user whose mention came or went, and makes their inbox agree. */
async function decideAgain(
  tx: Transaction,
  shown: Shown,
  audience: ReturnType<typeof audienceOf>,
  userId: string,
): Promise<void> {
  const activityId = shown.activity.id;
  const known = await tx.get('recipients', { activityId, userId });
  if (known?.notified !== 1) {
    // `notify` inserts the new decision, and the table holds one for each user.
    if (known !== undefined) tx.delete('recipients', { activityId, userId });
    await notify(tx, shown, audience, [userId], false);
    return;
  }
  const [candidate] = await candidatesOf(tx, audience, [userId]);
  if (candidate === undefined) return;
  const { notified, reason, rule } = decide(shown.activity, candidate, tx.now);
  // Only the mention had notified this user, so the notification is taken back.
  if (!notified || reason === null) {
    await takeBack(tx, known);
    tx.update('recipients', { activityId, userId }, { reason, rule });
    return;
  }
  if (reason === known.reason) return;
  tx.update('recipients', { activityId, userId }, { reason, rule });
  await tellReason(tx, userId, known.notificationId ?? activityId);
}

async function found(tx: Transaction, reportId: string, id: string): Promise<Found> {
  const [report, row] = await Promise.all([reportRow(tx, reportId), tx.get('comments', { reportId, id })]);
  if (report === undefined || row === undefined) throw noComment(reportId, id);
  return { report, row };
}

function noComment(reportId: string, id: string): AppError {
  return new AppError('not_found', `No comment ${id} under report ${reportId}.`);
}
