import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { Activity } from '../domain/activity.ts';
import type { ActivityState, NewActivity, Publication, PublishedActivity } from '../domain/publishing.ts';
import { activityOf, activityRow } from './activity-rows.ts';
import { addressedBy, audienceOf, storedAudience } from './audience.ts';
import { nextDueAt } from './due.ts';
import { firstTurn } from './fan-out.ts';
import { newId } from './new-id.ts';
import { notify } from './notify.ts';
import type { ActivityRow } from './rows.ts';
import type { Reader, Transaction } from './transaction.ts';

/**
 * Publishes an activity: it is stored, and those concerned are notified at once, or in steps, or when it is due.
 * @throws conflict (the key belongs to an activity with other content)
 */
export async function publish(tx: Transaction, publisher: string, input: NewActivity): Promise<Publication> {
  const { key, at, expiresAt, to, data, ...rest } = input;
  const activity: Activity = {
    ...rest,
    id: newId(),
    data: data === null ? null : JSON.stringify(data),
    reportId: null,
    // An `at` that has passed means now.
    happenedAt: Math.max(tx.now, at ?? 0),
    expiresAt,
    isRetracted: false,
  };
  const addressed = addressedBy(to);
  const audience = audienceOf(activity.topics, addressed);
  const fingerprint = createHash('sha256').update(JSON.stringify(input)).digest('base64url');
  const [isMine, known, first] = await Promise.all([
    key === null || tx.claim(`activity ${publisher} ${key}`),
    key === null ? [] : tx.rows('activityByKey', { publisher, key }),
    activity.happenedAt > tx.now ? { users: [], isLast: false } : firstTurn(tx, audience, tx.now),
  ]);
  // Without the claim PostgreSQL would wait at the index of the key for the other transaction.
  if (!isMine)
    throw new AppError('conflict', `Another request publishes under the key ${key ?? ''} right now.`);
  if (known[0] !== undefined) return { value: await sameAs(tx, known[0], fingerprint), isNew: false };

  await tx.lock({ users: first.users });
  const row = activityRow(activity, {
    createdAt: tx.now,
    addressed: addressed.length === 0 ? null : JSON.stringify(addressed),
    publisher,
    key,
    fingerprint,
    fanOutAfter: first.isLast ? null : '',
  });
  // `dueAt` is stored in the same transaction: after a crash the rest of the fan-out is found by it.
  const dueAt = nextDueAt(row, tx.now);
  if (dueAt !== null) tx.wake();
  tx.insert('activities', { ...row, dueAt });
  const decided = await notify(tx, { activity, reportTitle: null }, audience, first.users, true);
  const notified = decided.filter((one) => one.notified).length;
  const waiting = first.isLast ? 0 : await waitingFor(tx, row, first.users.length);
  return { value: { id: row.id, state: stateOf(row, tx.now), notified, waiting }, isNew: true };
}

async function sameAs(tx: Transaction, row: ActivityRow, fingerprint: string): Promise<PublishedActivity> {
  if (row.fingerprint !== fingerprint) {
    throw new AppError('conflict', `The key ${row.key ?? ''} belongs to an activity with other content.`);
  }
  return publishedOf(tx, row, tx.now);
}

/** An activity as its publisher sees it. @param now Unix milliseconds */
export async function publishedOf(reader: Reader, row: ActivityRow, now: number): Promise<PublishedActivity> {
  const [counted] = await reader.rows('countNotified', { activityId: row.id });
  const waiting = row.fanOutAfter === null || row.retractedAt !== null ? 0 : await waitingFor(reader, row, 0);
  return { id: row.id, state: stateOf(row, now), notified: counted?.count ?? 0, waiting };
}

/** How many people's turn has not come. @param done how many of them were considered in the first turn */
async function waitingFor(reader: Reader, row: ActivityRow, done: number): Promise<number> {
  const { addresses, topics } = storedAudience(activityOf(row).topics, row.addressed);
  const after = row.fanOutAfter ?? '';
  const [counted] = await reader.rows('countWatchers', { topics, after });
  const named = [...addresses.keys()].filter((user) => user > after);
  return Math.max(0, named.length + (counted?.count ?? 0) - done);
}

export function stateOf(row: ActivityRow, now: number): ActivityState {
  if (row.retractedAt !== null) return 'retracted';
  if (row.happenedAt > now) return 'scheduled';
  return row.fanOutAfter === null ? 'done' : 'running';
}
