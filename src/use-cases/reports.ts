import type { Actor } from '../domain/actor.ts';
import { reportTopic } from '../domain/activity.ts';
import { greatestId } from '../domain/id.ts';
import { type Page, pageOf, type PageRequest } from '../domain/page.ts';
import type { NewReport, Report } from '../domain/report.ts';
import { timeOf } from '../domain/time.ts';
import { newId } from './new-id.ts';
import type { ReportRow } from './rows.ts';
import type { Reader, Transaction } from './transaction.ts';

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

/** The row of a report that was not deleted. */
export async function reportRow(reader: Reader, id: string): Promise<ReportRow | undefined> {
  const row = await reader.get('reports', { id });
  return row?.deletedAt === null ? row : undefined;
}

export function reportOf({ id, title, body, ownerId, ownerName, createdAt }: ReportRow): Report {
  return { id, title, body, owner: { id: ownerId, name: ownerName }, createdAt: timeOf(createdAt) };
}
