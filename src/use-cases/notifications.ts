import { formatCursor } from '../domain/cursor.ts';
import { AppError } from '../domain/errors.ts';
import { emptyInbox, type Inbox } from '../domain/inbox.ts';
import {
  act as stateAfter,
  type Counts,
  type Marked,
  countsOf,
  difference,
  noCounts,
  type Notification,
  type NotificationAction,
  type NotificationState,
  type NotificationStatus,
  sum,
} from '../domain/notification.ts';
import { isGone } from '../domain/notification-view.ts';
import { stateCode } from '../domain/state-code.ts';
import type { ListRequest, NotificationPage } from '../domain/store.ts';
import { appendMarks, appendNotification } from './inboxes.ts';
import { rendered } from './rendered.ts';
import type { ListedNotification, MarkRow, OfInbox, QueryName } from './queries.ts';
import type { Reader, Transaction } from './transaction.ts';

/** Most notifications that one transaction marks. */
const maxMarksAtOnce = 500;
/** Most notifications that one event names. */
const maxNamedMarks = 250;

const lists = {
  all: 'listAll',
  unread: 'listUnread',
  read: 'listRead',
  archived: 'listArchived',
} as const satisfies Record<NotificationStatus, QueryName>;

/** The last raised first. */
export async function notifications(
  reader: Reader,
  userId: string,
  { status, topic, before = Number.MAX_SAFE_INTEGER, limit }: ListRequest,
): Promise<NotificationPage> {
  const rows = await reader.rows(lists[status], {
    userId,
    topic: topic ?? null,
    before,
    limit: limit + 1,
  });
  const views = rows.filter((row): row is OfInbox & ListedNotification => row.id !== null);
  const shown = views.slice(0, limit);
  return {
    // What was taken back, but not from this inbox yet, is not shown any more.
    data: await rendered(
      reader,
      shown.filter((view) => !isGone(view)),
    ),
    nextCursor: views.length > limit ? String(shown.at(-1)?.seq) : null,
    inbox: inboxOf(rows[0]),
  };
}

/** The inbox that comes with rows read together; one of zeros when there are none. */
export function inboxOf(row: OfInbox | undefined): Inbox {
  if (row === undefined) return emptyInbox;
  const { head, floor, unread, unseen } = row;
  return { seq: head, floor, counts: { unread, unseen } };
}

/**
 * @param asOf what the user saw: a notification that was raised by a later event stays as it is.
 * @returns the notification afterwards, or undefined when the user has none with that id.
 */
export async function act(
  tx: Transaction,
  userId: string,
  id: string,
  action: NotificationAction,
  asOf = Infinity,
): Promise<Notification | undefined> {
  await tx.lock({ users: [userId] });
  const [view] = await tx.rows('notifications', { userId, ids: [id] });
  if (view === undefined || isGone(view)) return undefined;
  const after = view.seq > asOf ? view : stateAfter(view, action, tx.now);
  const [notification] = await rendered(tx, [after]);
  if (after === view || notification === undefined) return notification;
  setState(tx, userId, id, after);
  const change = difference(countsOf(after), countsOf(view));
  appendNotification(tx, userId, change, 'notification.updated', () => notification);
  return notification;
}

/**
 * Marks these as read (and as seen), all of them or none.
 * @throws not_found (an id that is not the user's)
 */
export async function markIdsRead(tx: Transaction, userId: string, ids: readonly string[]): Promise<Marked> {
  await tx.lock({ users: [userId] });
  const unique = [...new Set(ids)];
  const rows = new Map((await tx.rows('notifications', { userId, ids: unique })).map((row) => [row.id, row]));
  const missing = unique.find((id) => !rows.has(id));
  if (missing !== undefined) throw new AppError('not_found', `No notification ${missing}.`);
  const unread = unique.flatMap((id) => rows.get(id) ?? []).filter(({ readAt }) => readAt === null);
  const change = mark(tx, userId, unread, 'read');
  const marked = unread.map(({ id }) => id);
  if (unread.length === 0) return { counts: tx.inbox(userId).counts, ids: marked };
  return {
    counts: appendMarks(tx, userId, change, 'notifications.read', { ids: marked }).counts,
    ids: marked,
  };
}

/** What came of one step of marking: the counts, and whether it was the last step. */
export interface MarkStep extends Marked {
  readonly isDone: boolean;
}

/**
 * One step of marking as read (and as seen) what was raised at or before event `upTo`, the oldest first. Each step tells
 * how far it came, so a process that dies in between leaves a log that is true.
 * @throws invalid_input (`upTo` ahead of the log)
 */
export function markReadStep(
  tx: Transaction,
  epoch: string,
  userId: string,
  upTo: number,
): Promise<MarkStep> {
  return markStep(tx, epoch, userId, upTo, 'unreadUpTo', 'notifications.read');
}

/** One step of marking as seen, likewise. @throws invalid_input (`upTo` ahead of the log) */
export function markSeenStep(
  tx: Transaction,
  epoch: string,
  userId: string,
  upTo: number,
): Promise<MarkStep> {
  return markStep(tx, epoch, userId, upTo, 'unseenUpTo', 'notifications.seen');
}

async function markStep(
  tx: Transaction,
  epoch: string,
  userId: string,
  upTo: number,
  query: 'unreadUpTo' | 'unseenUpTo',
  type: 'notifications.read' | 'notifications.seen',
): Promise<MarkStep> {
  await tx.lock({ users: [userId] });
  const { seq, counts } = tx.inbox(userId);
  if (upTo > seq) {
    const detail = `The log ends at ${seq}; ${upTo} is ahead of it.`;
    throw new AppError('invalid_input', detail, { faults: [{ pointer: '/upTo', detail }] });
  }
  const rows = await tx.rows(query, { userId, upTo, limit: maxMarksAtOnce });
  const last = rows.at(-1);
  if (last === undefined) return { counts, ids: [], isDone: true };
  const isDone = rows.length < maxMarksAtOnce;
  const change = mark(tx, userId, rows, type === 'notifications.read' ? 'read' : 'seen');
  const extra = { upTo: formatCursor(epoch, isDone ? upTo : last.seq) };
  const ids = rows.map(({ id }) => id);
  return { counts: appendMarks(tx, userId, change, type, extra).counts, ids, isDone };
}

/**
 * One step of marking as read everything about a topic.
 * @param upTo the number of the event up to which notifications count; what is raised meanwhile stays unread.
 */
export async function markTopicReadStep(
  tx: Transaction,
  userId: string,
  topic: string,
  upTo: number,
): Promise<MarkStep> {
  await tx.lock({ users: [userId] });
  const rows = await tx.rows('unreadAbout', { userId, topic, upTo, limit: maxNamedMarks });
  const ids = rows.map(({ id }) => id);
  if (rows.length === 0) return { counts: tx.inbox(userId).counts, ids, isDone: true };
  const change = mark(tx, userId, rows, 'read');
  const { counts } = appendMarks(tx, userId, change, 'notifications.read', { ids });
  return { counts, ids, isDone: rows.length < maxNamedMarks };
}

/** Writes the marks. @returns how that moves the counts */
function mark(tx: Transaction, userId: string, rows: readonly MarkRow[], as: 'read' | 'seen'): Counts {
  return rows.reduce((change, row) => {
    const after = as === 'read' ? stateAfter(row, 'read', tx.now) : { ...row, seenAt: row.seenAt ?? tx.now };
    setState(tx, userId, row.id, after);
    return sum(change, difference(countsOf(after), countsOf(row)));
  }, noCounts);
}

/** What was read or archived is closed for further activities of its group. */
function setState(tx: Transaction, userId: string, id: string, after: NotificationState): void {
  const { seenAt, readAt, archivedAt } = after;
  const isOpen = readAt === null && archivedAt === null;
  const set = { seenAt, readAt, archivedAt, state: stateCode(after) };
  tx.update('notifications', { userId, id }, isOpen ? set : { ...set, openKey: null });
}
