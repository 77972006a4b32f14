import { reportTopic } from '../domain/activity.ts';
import type { Actor } from '../domain/actor.ts';
import { erased } from '../domain/erasure.ts';
import type { Comment, NewComment } from '../domain/comment.ts';
import { AppError } from '../domain/errors.ts';
import { leastId } from '../domain/id.ts';
import { commentOnReport } from '../domain/kinds/comment-on-report.ts';
import { type Page, pageOf, type PageRequest } from '../domain/page.ts';
import { timeOf, timeOrNull } from '../domain/time.ts';
import { activityRow } from './activity-rows.ts';
import { type Addressed, audienceOf } from './audience.ts';
import { nextDueAt } from './due.ts';
import { firstTurn } from './fan-out.ts';
import { newId } from './new-id.ts';
import { notify } from './notify.ts';
import { reportRow } from './reports.ts';
import type { CommentRow } from './rows.ts';
import { Later, type Reader, type Transaction } from './transaction.ts';

/**
 * Adds the comment and its activity, and notifies everybody concerned. Its author watches the report from now on, unless
 * they have chosen otherwise.
 * @param isGrouped whether the comments of one report share a notification while it is unread.
 * @throws not_found (no such report, no such parent under it)
 */
export async function addComment(
  tx: Transaction,
  author: Actor,
  reportId: string,
  { body, parentId = null, mentions = [] }: NewComment,
  isGrouped: boolean,
): Promise<Comment> {
  const topic = reportTopic(reportId);
  const parent = parentId === null ? undefined : await tx.get('comments', { reportId, id: parentId });
  const addressed = addressedBy(mentions, parent);
  const audience = audienceOf([topic], addressed);
  const [isOpen, report, first] = await Promise.all([
    tx.claim(topic, 'shared'),
    reportRow(tx, reportId),
    firstTurn(tx, audience, tx.now),
  ]);
  if (!isOpen) throw new Later(); // It is being deleted.
  if (report === undefined) throw new AppError('not_found', `No report ${reportId}.`);
  if (parentId !== null && parent?.deletedAt !== null) {
    throw new AppError('not_found', `No comment ${parentId} under report ${reportId} to reply to.`);
  }
  // Nothing is refused below: a request cannot take back alone what it wrote into a shared transaction.
  await tx.lock({ users: first.users });

  const row: CommentRow = {
    reportId,
    id: newId(),
    parentId,
    authorId: author.id,
    authorName: author.name,
    body,
    mentions: mentions.length === 0 ? null : JSON.stringify(mentions),
    createdAt: tx.now,
    editedAt: null,
    deletedAt: null,
  };
  const comment = commentOf(row);
  const activity = commentOnReport.activityOf(comment, isGrouped);
  tx.insert('comments', row);
  const made = activityRow(activity, {
    createdAt: tx.now,
    addressed: addressed.length === 0 ? null : JSON.stringify(addressed),
    fanOutAfter: first.isLast ? null : '',
  });
  const dueAt = nextDueAt(made, tx.now);
  if (dueAt !== null) tx.wake();
  tx.insert('activities', { ...made, dueAt });
  // A row that is there stays: its user has muted the report, or watches it for another reason.
  tx.insertMissing('watches', {
    topic,
    userId: author.id,
    level: 'all',
    because: 'commented',
    since: tx.now,
  });
  await notify(tx, { activity, reportTitle: report.title }, audience, first.users, true);
  return comment;
}

/** Whom a comment addresses: those whom it mentions, and the author of the comment that it answers. */
export function addressedBy(
  mentions: readonly string[],
  parent: Pick<CommentRow, 'authorId'> | undefined,
): Addressed {
  return [
    ...[...new Set(mentions)].map((user) => ({ user, kind: 'mention', reason: 'mention' }) as const),
    ...(parent === undefined || parent.authorId === erased.id
      ? []
      : [{ user: parent.authorId, kind: 'reply', reason: 'reply' } as const]),
  ];
}

/** Oldest first. @returns undefined when there is no such report. */
export async function comments(
  reader: Reader,
  reportId: string,
  { cursor, limit }: PageRequest,
): Promise<Page<Comment> | undefined> {
  const [report, rows] = await Promise.all([
    reportRow(reader, reportId),
    reader.rows('comments', { reportId, after: cursor ?? leastId, limit: limit + 1 }),
  ]);
  return report && pageOf(rows.map(commentOf), limit);
}

/** @returns undefined when there is none under that report. */
export async function comment(reader: Reader, reportId: string, id: string): Promise<Comment | undefined> {
  const [report, row] = await Promise.all([
    reportRow(reader, reportId),
    reader.get('comments', { reportId, id }),
  ]);
  return report && row && commentOf(row);
}

export function commentOf({ reportId, id, parentId, body, ...row }: CommentRow): Comment {
  return {
    id,
    reportId,
    parentId,
    author: { id: row.authorId, name: row.authorName },
    body,
    mentions: mentionsOf(row),
    createdAt: timeOf(row.createdAt),
    editedAt: timeOrNull(row.editedAt),
    deletedAt: timeOrNull(row.deletedAt),
  };
}

export function mentionsOf({ mentions }: Pick<CommentRow, 'mentions'>): string[] {
  return mentions === null ? [] : (JSON.parse(mentions) as string[]); // Written by the use cases alone.
}
