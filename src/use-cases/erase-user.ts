import { erased, type TextErasure } from '../domain/erasure.ts';
import { leastId } from '../domain/id.ts';
import { countsOf, difference, noCounts } from '../domain/notification.ts';
import { eraseFromActivity } from './erase-from-activity.ts';
import { pagesOf, rowsPerPage } from './pages.ts';
import { patternOf } from './pattern.ts';
import { retractStep } from './retract.ts';
import { settingsOf } from './standings.ts';
import type { Database, Transaction } from './transaction.ts';

type Access = Pick<Database, 'read' | 'write'>;

/** Most steps that run at once: they share commits, and each may concern a hundred inboxes. */
const maxAtOnce = 10;

/**
 * Erases a user, in many small transactions: what is theirs is deleted, and where others see them they have no name any
 * more. Done again it goes on where it was interrupted. Their number of events stays, so that it never goes back.
 * @param texts what becomes of what they wrote.
 */
export async function eraseUser(access: Access, userId: string, texts: TextErasure): Promise<void> {
  const { write } = access;
  // First what makes others notify them, and last what they were notified of.
  await untilDone(() => write((tx) => eraseOwnStep(tx, userId)));
  await eraseTickets(access, userId);
  await eraseFromSettings(access, userId);
  await eraseFromReports(access, userId, texts);
  await eraseFromActivities(access, userId, texts);
  await untilDone(() => write((tx) => eraseInboxStep(tx, userId)));
}

/** Settings, watches, and idempotency keys. @returns whether none is left */
async function eraseOwnStep(tx: Transaction, userId: string): Promise<boolean> {
  await tx.lock({ users: [userId] });
  const page = { after: '', limit: rowsPerPage };
  const [watches, keys] = await Promise.all([
    tx.rows('watchesOfUser', { userId, ...page }),
    tx.rows('keysOf', { scope: userId, ...page }),
  ]);
  tx.delete('settings', { userId });
  for (const { topic } of watches) tx.delete('watches', { topic, userId });
  for (const { scope, key } of keys) tx.delete('idempotencyKeys', { scope, key });
  return watches.length < rowsPerPage && keys.length < rowsPerPage;
}

async function eraseTickets({ read, write }: Access, userId: string): Promise<void> {
  const page = (after: string) => read((reader) => reader.rows('ticketsFrom', { after, limit: rowsPerPage }));
  for await (const tickets of pagesOf(page, ({ hash }) => hash, '')) {
    const own = tickets.filter(({ actorId }) => actorId === userId);
    if (own.length === 0) continue;
    await write(async (tx) => {
      for (const { hash } of own) tx.delete('tickets', { hash });
    });
  }
}

/** Others block them no more. */
async function eraseFromSettings({ read, write }: Access, userId: string): Promise<void> {
  const pattern = patternOf(userId);
  const page = (after: string) =>
    read((reader) => reader.rows('settingsFrom', { pattern, after, limit: rowsPerPage }));
  for await (const settings of pagesOf(page, (row) => row.userId, '')) {
    const matching = settings.filter(({ isMatch }) => isMatch === 1);
    await each(matching, (other) => write((tx) => unblock(tx, other.userId, userId)));
  }
}

async function unblock(tx: Transaction, userId: string, blockedId: string): Promise<void> {
  await tx.lock({ users: [userId] });
  const row = await tx.get('settings', { userId });
  if (row === undefined) return;
  const { blocked, ...rest } = settingsOf(row.data);
  if (!blocked.includes(blockedId)) return;
  const data = JSON.stringify({ ...rest, blocked: blocked.filter((one) => one !== blockedId) });
  // A new version: a client that has the old one would write the id again.
  tx.put('settings', { userId, data, version: row.version + 1 });
}

async function eraseFromReports({ read, write }: Access, userId: string, texts: TextErasure): Promise<void> {
  const page = (after: string) => read((reader) => reader.rows('reportsFrom', { after, limit: rowsPerPage }));
  // What others wrote under a report stays, so the report does.
  const text = texts === 'erase' ? { title: erased.name, body: '' } : {};
  const set = { ownerId: erased.id, ownerName: erased.name, ...text };
  for await (const reports of pagesOf(page, ({ id }) => id, leastId)) {
    const own = reports.filter(({ ownerId }) => ownerId === userId);
    if (own.length === 0) continue;
    await write(async (tx) => {
      for (const { id } of own) tx.update('reports', { id }, set);
    });
  }
}

/** Activities, the comments that have the same ids, and who was considered for them. */
async function eraseFromActivities(access: Access, userId: string, texts: TextErasure): Promise<void> {
  const { read, write } = access;
  const pattern = patternOf(userId);
  const page = (after: string) =>
    read((reader) => reader.rows('activitiesFrom', { userId, pattern, after, limit: rowsPerPage }));
  for await (const activities of pagesOf(page, ({ id }) => id, leastId)) {
    const concerning = activities.filter(
      ({ actorId, isMatch, recipientId }) => actorId === userId || isMatch === 1 || recipientId !== null,
    );
    await each(concerning, async ({ id }) => {
      const isRetracted = await write((tx) => eraseFromActivity(tx, id, userId, texts));
      if (isRetracted) await finishRetraction(access, id);
    });
  }
}

/** Takes an activity back from everybody, together with the fan-out of this process and of others. */
async function finishRetraction({ read, write }: Access, id: string): Promise<void> {
  await untilDone(async () => {
    const row = await read((reader) => reader.get('activities', { id }));
    if (row === undefined || row.retractAfter === null) return true;
    await write((tx) => retractStep(tx, id));
    return false;
  });
}

/** Each step leaves an inbox whose counts are those of its notifications. @returns whether it is empty */
async function eraseInboxStep(tx: Transaction, userId: string): Promise<boolean> {
  await tx.lock({ users: [userId] });
  const [notifications, events] = await Promise.all([
    tx.rows('notificationsOf', { userId, after: leastId, limit: rowsPerPage }),
    tx.rows('eventsOf', { userId, after: 0, limit: rowsPerPage }),
  ]);
  for (const { id } of notifications) tx.delete('notifications', { userId, id });
  for (const { seq } of events) tx.delete('inboxEvents', { userId, seq });
  const { seq, floor, counts } = tx.inbox(userId);
  const isEmpty = notifications.length < rowsPerPage && events.length < rowsPerPage;
  tx.setInbox(userId, {
    seq,
    floor: isEmpty ? seq : (events.at(-1)?.seq ?? floor),
    counts: isEmpty ? noCounts : notifications.map(countsOf).reduce(difference, counts),
  });
  return isEmpty;
}

async function untilDone(step: () => Promise<boolean>): Promise<void> {
  while (!(await step()));
}

async function each<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < all.length; i += maxAtOnce) {
    await Promise.all(all.slice(i, i + maxAtOnce).map(act));
  }
}
