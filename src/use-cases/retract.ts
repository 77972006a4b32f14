import type { ActivityChange } from '../domain/publishing.ts';
import { nextDueAt } from './due.ts';
import { maxUsersAtOnce, maxUsersPerStep } from './fan-out.ts';
import type { ActivityRow, RecipientRow } from './rows.ts';
import { takeBack, tellUpdated } from './take-back.ts';
import type { Transaction } from './transaction.ts';

/**
 * Takes an activity back from everybody. Its content is gone with this transaction, whatever is under way; very many
 * recipients are told in further steps.
 * @param also what else is written, when there is something to take back.
 * @returns false when there is no such activity.
 */
export async function retract(
  tx: Transaction,
  id: string,
  also: () => void = () => undefined,
): Promise<boolean> {
  return changeForAll(tx, id, {
    tell: takeBack,
    change: (row) => (row.retractedAt === null ? retraction(row, tx.now) : undefined),
    also: async () => also(),
  });
}

/** What is set when an activity is taken back: its content is gone, and nobody else hears of it. */
export function retraction({ title }: ActivityRow, now: number): Partial<ActivityRow> {
  const content = { title: title === null ? null : '', body: null, url: null, data: null };
  return { ...content, fanOutAfter: null, updateAfter: null, retractAfter: '', retractedAt: now };
}

/**
 * Gives an activity new content. Everybody sees it when they look; those who have not read it are told. What it says
 * already changes nothing.
 * @returns false when there is no such activity.
 */
export async function changeContent(
  tx: Transaction,
  id: string,
  { title, body, url, data }: ActivityChange,
): Promise<boolean> {
  const content = {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { body }),
    ...(url !== undefined && { url }),
    ...(data !== undefined && { data: data === null ? null : JSON.stringify(data) }),
  };
  return changeForAll(tx, id, {
    tell: tellChange,
    change: (row) =>
      row.retractedAt === null && !isSame(row, content)
        ? { ...content, version: row.version + 1, updateAfter: '' }
        : undefined,
  });
}

function isSame(row: ActivityRow, content: Partial<ActivityRow>): boolean {
  return Object.entries(content).every(([name, value]) => row[name as keyof ActivityRow] === value);
}

/** Tells a recipient of new content, when their notification shows it and they have not read it. */
export async function tellChange(
  tx: Transaction,
  { activityId, userId, notificationId }: RecipientRow,
): Promise<void> {
  const row = await tx.get('notifications', { userId, id: notificationId ?? activityId });
  if (row?.readAt !== null || row.activityId !== activityId) return;
  await tellUpdated(tx, userId, row.id);
}

type Tell = (tx: Transaction, recipient: RecipientRow) => Promise<void>;

interface ChangeForAll {
  /** What is set; undefined when there is nothing to do. The job that it begins (`…After: ''`) is done at once for few. */
  readonly change: (row: ActivityRow) => Partial<ActivityRow> | undefined;
  /** Tells one of those who were notified. */
  readonly tell: Tell;
  /** Further users who are locked. */
  readonly alsoLocks?: readonly string[];
  /** What else is done in the same transaction, when there is something to do. */
  readonly also?: (row: ActivityRow) => Promise<void>;
}

/**
 * Changes an activity, and tells everybody who was notified of it: at once when they are few, else in steps.
 * @returns false when there is no such activity.
 */
export async function changeForAll(
  tx: Transaction,
  id: string,
  { change, tell, alsoLocks = [], also }: ChangeForAll,
): Promise<boolean> {
  const expected = await tx.rows('notified', { activityId: id, after: '', limit: maxUsersAtOnce + 1 });
  const isFew = expected.length <= maxUsersAtOnce;
  const users = isFew ? expected.map(({ userId }) => userId) : [];
  await tx.lock({ activities: [id], users: [...new Set([...users, ...alsoLocks])] });

  // A step of its fan-out may have come in between.
  const [row, present] = await Promise.all([
    tx.get('activities', { id }),
    tx.rows('notified', { activityId: id, after: '', limit: maxUsersAtOnce + 1 }),
  ]);
  const set = row && change(row);
  if (row === undefined) return false;
  if (set === undefined) return true;
  const isDone = isFew && present.every(({ userId }) => users.includes(userId));
  const settled = isDone ? doneJobs(set) : set;
  const dueAt = nextDueAt({ ...row, ...settled }, tx.now);
  if (dueAt !== null) tx.wake();
  tx.update('activities', { id }, { ...settled, dueAt });
  if (isDone) for (const recipient of present) await tell(tx, recipient);
  await also?.(row);
  return true;
}

/** The change, with its job done. */
function doneJobs(set: Partial<ActivityRow>): Partial<ActivityRow> {
  const done = { ...set };
  if (set.retractAfter === '') done.retractAfter = null;
  if (set.updateAfter === '') done.updateAfter = null;
  return done;
}

/** One step of taking an activity back. @returns whether it was done */
export function retractStep(tx: Transaction, id: string): Promise<boolean> {
  return tellStep(tx, id, 'retractAfter', takeBack);
}

/** One step of telling that an activity has new content. @returns whether it was done */
export function updateStep(tx: Transaction, id: string): Promise<boolean> {
  return tellStep(tx, id, 'updateAfter', tellChange);
}

async function tellStep(
  tx: Transaction,
  id: string,
  job: 'retractAfter' | 'updateAfter',
  tell: Tell,
): Promise<boolean> {
  const row = await tx.get('activities', { id });
  const after = row?.[job];
  if (after === undefined || after === null) return false;
  const recipients = await tx.rows('notified', { activityId: id, after, limit: maxUsersPerStep });
  const users = recipients.map(({ userId }) => userId);
  await tx.lock({ activities: [id], users });
  const present = await tx.get('activities', { id });
  if (present?.[job] !== after) return false; // Another process was faster.
  const isLast = recipients.length < maxUsersPerStep;
  const set = { [job]: isLast ? null : (users.at(-1) ?? null) };
  tx.update('activities', { id }, { ...set, dueAt: nextDueAt({ ...present, ...set }, tx.now) });
  for (const recipient of recipients) await tell(tx, recipient);
  return true;
}
