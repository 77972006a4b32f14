import { fanOutStep, sharesTopic } from './fan-out.ts';
import { deleteCommentsStep } from './reports.ts';
import { retract, retractStep, updateStep } from './retract.ts';
import type { ActivityRow } from './rows.ts';
import type { Worked } from '../domain/store.ts';
import type { Database, Transaction } from './transaction.ts';

/** Most activities among which the next step is looked for. */
const maxCandidates = 50;

/** Does the next step of what is due: fan-out, update, retraction, or expiry. Topics take turns. */
export async function work({ read, write }: Pick<Database, 'read' | 'write'>, now: number): Promise<Worked> {
  const due = await read((reader) => reader.rows('due', { limit: maxCandidates }));
  const ready = due.filter(({ dueAt }) => (dueAt ?? 0) <= now);
  // Another process may work on this activity already: then the next one is tried.
  for (const { id } of ready.filter((row) => !isBehind(row, ready))) {
    if (await write((tx) => step(tx, id))) return { didStep: true, nextAt: now };
  }
  const [report] = await read((reader) => reader.rows('retractingReports', {}));
  if (report !== undefined && (await write((tx) => deleteCommentsStep(tx, report.id)))) {
    return { didStep: true, nextAt: now };
  }
  return { didStep: false, nextAt: due.find(({ dueAt }) => (dueAt ?? 0) > now)?.dueAt ?? null };
}

/** Activities of one topic reach each watcher in order: the earlier one is fanned out first. */
function isBehind(
  row: Pick<ActivityRow, 'id' | 'topics' | 'fanOutAfter'>,
  others: readonly (typeof row)[],
): boolean {
  if (row.fanOutAfter === null) return false;
  const topics = JSON.parse(row.topics) as string[];
  return others.some(
    (other) => other.fanOutAfter !== null && other.id < row.id && sharesTopic(other.topics, topics),
  );
}

/** @returns whether it was done here. */
async function step(tx: Transaction, id: string): Promise<boolean> {
  const [isMine, row] = await Promise.all([tx.claim(`work ${id}`), tx.get('activities', { id })]);
  if (!isMine || row === undefined) return false;
  // Retraction comes first: a retracted activity must not reach anybody else.
  if (row.retractAfter !== null) return retractStep(tx, id);
  if (row.retractedAt === null && row.expiresAt !== null && row.expiresAt <= tx.now) return retract(tx, id);
  if (row.fanOutAfter !== null && row.happenedAt <= tx.now) return fanOutStep(tx, id);
  if (row.updateAfter !== null) return updateStep(tx, id);
  return false;
}
