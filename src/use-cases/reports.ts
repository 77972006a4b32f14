import type { Actor } from '../domain/actor.ts';
import { reportTopic } from '../domain/activity.ts';
import { greatestId, leastId } from '../domain/id.ts';
import { type Page, pageOf, type PageRequest } from '../domain/page.ts';
import type { NewReport, Report, ReportChange } from '../domain/report.ts';
import { AppError } from '../domain/errors.ts';
import { timeOf } from '../domain/time.ts';
import { newId } from './new-id.ts';
import type { ReportRow } from './rows.ts';
import { Later, type Reader, type Transaction } from './transaction.ts';

/** Adds the report. Its owner watches it from now on. */
export async function addReport(tx: Transaction, owner: Actor, input: NewReport): Promise<Report> {
  const row: ReportRow = {
    id: newId(),
    ...input,
    ownerId: owner.id,
    ownerName: owner.name,
    createdAt: tx.now,
    deletedAt: null,
    retractAfter: null,
  };
  const topic = reportTopic(row.id);
  tx.insert('reports', row);
  tx.insert('watches', { topic, userId: owner.id, level: 'all', because: 'owner', since: tx.now });
  return reportOf(row);
}

/** Newest first. */
export async function reports(reader: Reader, { cursor, limit }: PageRequest): Promise<Page<Report>> {
  const rows = await reader.rows('reports', { before: cursor ?? greatestId, limit: limit + 1 });
  return pageOf(rows.map(reportOf), limit);
}

/** @returns undefined when there is none, or it was deleted. */
export async function report(reader: Reader, id: string): Promise<Report | undefined> {
  const row = await reportRow(reader, id);
  return row && reportOf(row);
}

/**
 * Changes a report. Notifications show its title as it is now.
 * @throws not_found, forbidden (somebody else's)
 */
export async function changeReport(
  tx: Transaction,
  actor: Actor,
  id: string,
  { title, body }: ReportChange,
): Promise<Report> {
  const row = await reportRow(tx, id);
  if (row === undefined) throw new AppError('not_found', `No report ${id}.`);
  if (row.ownerId !== actor.id) throw new AppError('forbidden', 'Only its owner changes a report.');
  const set = { ...(title !== undefined && { title }), ...(body !== undefined && { body }) };
  tx.update('reports', { id }, set);
  return reportOf({ ...row, ...set });
}

/**
 * Deletes a report. Its text and everything about it is gone with this transaction; its comments are taken back from
 * inboxes in further steps. Done again it changes nothing.
 * @throws not_found, forbidden (somebody else's)
 */
export async function deleteReport(tx: Transaction, actor: Actor, id: string): Promise<void> {
  // No comment is added meanwhile: it would be missed by the steps.
  if (!(await tx.claim(reportTopic(id)))) throw new Later();
  const row = await tx.get('reports', { id });
  if (row === undefined) throw new AppError('not_found', `No report ${id}.`);
  if (row.ownerId !== actor.id) throw new AppError('forbidden', 'Only its owner deletes a report.');
  if (row.deletedAt !== null) return;
  tx.wake();
  tx.update('reports', { id }, { title: '', body: '', deletedAt: tx.now, retractAfter: leastId });
}

/** Most comments that one step takes back. */
const maxCommentsPerStep = 50;

/**
 * One step of taking back the comments of a deleted report: blanks some, and leaves their activities to be retracted.
 * @returns whether it was done here
 */
export async function deleteCommentsStep(tx: Transaction, reportId: string): Promise<boolean> {
  const [isMine, row] = await Promise.all([
    tx.claim(`work ${reportId}`),
    tx.get('reports', { id: reportId }),
  ]);
  if (!isMine || row === undefined || row.retractAfter === null) return false;
  const comments = await tx.rows('comments', {
    reportId,
    after: row.retractAfter,
    limit: maxCommentsPerStep,
  });
  const ids = comments.map(({ id }) => id);
  await tx.lock({ activities: ids, users: [] });
  for (const { id, deletedAt } of comments) {
    tx.update('comments', { reportId, id }, { body: '', mentions: null, deletedAt: deletedAt ?? tx.now });
    const jobs = { fanOutAfter: null, updateAfter: null, retractAfter: '' };
    if (deletedAt === null) {
      tx.update('activities', { id }, { body: null, ...jobs, retractedAt: tx.now, dueAt: tx.now });
    }
  }
  const isLast = comments.length < maxCommentsPerStep;
  tx.update('reports', { id: reportId }, { retractAfter: isLast ? null : (ids.at(-1) ?? null) });
  return true;
}

/** The row of a report that was not deleted. */
export async function reportRow(reader: Reader, id: string): Promise<ReportRow | undefined> {
  const row = await reader.get('reports', { id });
  return row?.deletedAt === null ? row : undefined;
}

export function reportOf({ id, title, body, ownerId, ownerName, createdAt }: ReportRow): Report {
  return { id, title, body, owner: { id: ownerId, name: ownerName }, createdAt: timeOf(createdAt) };
}
