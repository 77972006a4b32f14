import { reportTopic } from '../domain/activity.ts';
import type { Actor } from '../domain/actor.ts';
import type { Comment, NewComment } from '../domain/comment.ts';
import { AppError } from '../domain/errors.ts';
import { leastId } from '../domain/id.ts';
import { commentOnReport } from '../domain/kinds/comment-on-report.ts';
import { type Page, pageOf, type PageRequest } from '../domain/page.ts';
import { timeOf, timeOrNull } from '../domain/time.ts';
import { activityRow } from './activity-rows.ts';
import { audienceOf } from './audience.ts';
import { nextDueAt } from './due.ts';
import { firstTurn } from './fan-out.ts';
import { newId } from './new-id.ts';
import { notify } from './notify.ts';
import { reportRow } from './reports.ts';
import type { CommentRow } from './rows.ts';
import type { Reader, Transaction } from './transaction.ts';

/**
 * Adds the comment and its activity, and notifies everybody concerned.
 * @throws not_found (no such report, no such parent under it)
 */
export async function addComment(
  tx: Transaction,
  author: Actor,
  reportId: string,
  { body, parentId }: NewComment,
): Promise<Comment> {
  const topic = reportTopic(reportId);
  const audience = audienceOf([topic], []);
  const [report, parent, first] = await Promise.all([
    reportRow(tx, reportId),
    parentId === null ? undefined : tx.get('comments', { reportId, id: parentId }),
    firstTurn(tx, audience),
  ]);
  if (report === undefined) throw new AppError('not_found', `No report ${reportId}.`);
  if (parentId !== null && parent === undefined) {
    throw new AppError('not_found', `No comment ${parentId} under report ${reportId} to reply to.`);
  }
  await tx.lock({ users: first.users });

  const row: CommentRow = {
    reportId,
    id: newId(),
    parentId,
    authorId: author.id,
    authorName: author.name,
    body,
    mentions: null,
    createdAt: tx.now,
    editedAt: null,
    deletedAt: null,
  };
  const comment = commentOf(row);
  const activity = commentOnReport.activityOf(comment);
  tx.insert('comments', row);
  const made = activityRow(activity, { createdAt: tx.now, fanOutAfter: first.isLast ? null : '' });
  tx.insert('activities', { ...made, dueAt: nextDueAt(made, tx.now) });
  await notify(tx, { activity, reportTitle: report.title }, audience, first.users);
  return comment;
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

function commentOf({ reportId, id, parentId, body, ...row }: CommentRow): Comment {
  return {
    id,
    reportId,
    parentId,
    author: { id: row.authorId, name: row.authorName },
    body,
    createdAt: timeOf(row.createdAt),
    editedAt: timeOrNull(row.editedAt),
  };
}
