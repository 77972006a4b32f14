import { erased, type TextErasure } from '../domain/erasure.ts';
import { addressedWhere } from './audience.ts';
import { mentionsOf } from './comments.ts';
import { nextDueAt } from './due.ts';
import { changeForAll, retraction, tellChange } from './retract.ts';
import type { ActivityRow, CommentRow } from './rows.ts';
import { takeBack } from './take-back.ts';
import type { Transaction } from './transaction.ts';

/**
 * Erases a user from an activity and from its comment: as the person who caused it, and as somebody whom it concerns.
 * @returns whether it is taken back, perhaps from further people in further steps.
 */
export async function eraseFromActivity(
  tx: Transaction,
  id: string,
  userId: string,
  texts: TextErasure,
): Promise<boolean> {
  const row = await tx.get('activities', { id });
  if (row === undefined) return false;
  if (row.actorId !== userId) {
    await eraseConcern(tx, id, userId);
    return false;
  }
  // What a publisher wrote is not the text of the person who caused it.
  const isOwnText = texts === 'erase' && row.reportId !== null;
  await (isOwnText ? eraseText(tx, id, userId) : eraseName(tx, id, userId));
  return isOwnText;
}

/** The text is gone, as if its author had deleted it. */
async function eraseText(tx: Transaction, id: string, userId: string): Promise<void> {
  await changeForAll(tx, id, {
    tell: takeBack,
    alsoLocks: [userId],
    change: (row) => ({
      ...(row.retractedAt === null && retraction(row, tx.now)),
      ...withoutActor,
      addressed: null,
    }),
    also: (row) =>
      eraseRest(tx, row, userId, ({ deletedAt }) => ({
        ...withoutAuthor,
        body: '',
        mentions: null,
        deletedAt: deletedAt ?? tx.now,
      })),
  });
}

/** Those who have not read it are told, so that open pages show the name no more. */
async function eraseName(tx: Transaction, id: string, userId: string): Promise<void> {
  await changeForAll(tx, id, {
    tell: tellChange,
    alsoLocks: [userId],
    change: (row) => ({
      ...(row.retractedAt === null && { version: row.version + 1, updateAfter: '' }),
      ...withoutActor,
      addressed: withoutUser(row, userId),
    }),
    also: (row) =>
      eraseRest(tx, row, userId, (comment) => ({ ...withoutAuthor, mentions: unmentioned(comment, userId) })),
  });
}

/** Somebody else caused it. What was published for the user alone is taken back: it is about them. */
async function eraseConcern(tx: Transaction, id: string, userId: string): Promise<void> {
  await tx.lock({ activities: [id], users: [userId] });
  const [row, notified] = await Promise.all([
    tx.get('activities', { id }),
    tx.rows('notified', { activityId: id, after: '', limit: 2 }),
  ]);
  if (row === undefined) return;
  const addressed = withoutUser(row, userId);
  const wasTheirs = addressed !== row.addressed || notified.some((one) => one.userId === userId);
  const isOthers = addressed !== null || notified.some((one) => one.userId !== userId);
  const isPublished = row.reportId === null && row.retractedAt === null;
  const mayReachOthers = row.fanOutAfter !== null && row.topics !== '[]';
  const isGone = isPublished && wasTheirs && !isOthers && !mayReachOthers;
  const set = { addressed, ...(isGone && { ...retraction(row, tx.now), retractAfter: null }) };
  tx.update('activities', { id }, { ...set, dueAt: nextDueAt({ ...row, ...set }, tx.now) });
  await eraseRest(tx, row, userId, (comment) => ({ mentions: unmentioned(comment, userId) }));
}

/** Changes the comment of an activity, if it is one, and forgets that the user was considered. */
async function eraseRest(
  tx: Transaction,
  { id, reportId }: ActivityRow,
  userId: string,
  change: (comment: CommentRow) => Partial<CommentRow>,
): Promise<void> {
  const comment = reportId === null ? undefined : await tx.get('comments', { reportId, id });
  if (comment !== undefined) tx.update('comments', { reportId: comment.reportId, id }, change(comment));
  tx.delete('recipients', { activityId: id, userId });
}

const withoutActor = { actorId: erased.id, actorName: erased.name };
const withoutAuthor = { authorId: erased.id, authorName: erased.name };

function withoutUser({ addressed }: ActivityRow, userId: string): string | null {
  return addressedWhere(addressed, (one) => !('user' in one) || one.user !== userId);
}

function unmentioned(comment: CommentRow, userId: string): string | null {
  const mentions = mentionsOf(comment).filter((user) => user !== userId);
  return mentions.length === 0 ? null : JSON.stringify(mentions);
}
