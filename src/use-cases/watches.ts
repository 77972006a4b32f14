import { AppError } from '../domain/errors.ts';
import type { Page } from '../domain/page.ts';
import { timeOf } from '../domain/time.ts';
import { everybody, type ShownWatch, type WatchChange, WatchCause, WatchLevel } from '../domain/watch.ts';
import type { NamedPage } from '../domain/store.ts';
import { reportRow } from './reports.ts';
import type { ReportRow, WatchRow } from './rows.ts';
import { patternOf } from './pattern.ts';
import { takeBack } from './take-back.ts';
import type { Reader, Transaction } from './transaction.ts';

/** Most notifications that one transaction takes back. */
const maxNotificationsPerStep = 250;

/**
 * The user's level for a topic: their own, or the default.
 * @throws not_found (a topic that does not exist, or is closed to them)
 */
export async function watchOf(reader: Reader, userId: string, topic: string): Promise<ShownWatch> {
  const own = await reader.get('watches', { topic, userId });
  if (own !== undefined) return shown(own);
  if (!(await isOpen(reader, topic))) throw unknownTopic(topic);
  return { topic, level: 'direct', because: null, since: null };
}

/** Sets the user's own level. @throws not_found (a topic that does not exist, or is closed to them) */
export async function setWatch(
  tx: Transaction,
  userId: string,
  topic: string,
  level: WatchLevel,
): Promise<ShownWatch> {
  const [own, open] = await Promise.all([tx.get('watches', { topic, userId }), isOpen(tx, topic)]);
  await tx.lock({ users: [userId] });
  // Who was denied access stays without it; a watch is a permission to read.
  if (own?.because === 'denied' || (own === undefined && !open)) throw unknownTopic(topic);
  const isSame = own?.level === level && own.because === 'manual';
  const row: WatchRow = { topic, userId, level, because: 'manual', since: isSame ? own.since : tx.now };
  tx.put('watches', row);
  return shown(row);
}

/** Goes back to the default. @throws not_found, as above */
export async function unsetWatch(tx: Transaction, userId: string, topic: string): Promise<void> {
  const [own, open] = await Promise.all([tx.get('watches', { topic, userId }), isOpen(tx, topic)]);
  await tx.lock({ users: [userId] });
  if (own?.because === 'denied' || (own === undefined && !open)) throw unknownTopic(topic);
  if (own !== undefined) tx.delete('watches', { topic, userId });
}

/** A user's own watches, by topic. */
export async function watches(
  reader: Reader,
  userId: string,
  { after = '', limit }: NamedPage,
): Promise<Page<ShownWatch>> {
  const rows = await reader.rows('watchesOfUser', { userId, after, limit: limit + 1 });
  const page = pageOf(rows.map(shown), limit, ({ topic }) => topic);
  const reports = await Promise.all(page.data.map(({ topic }) => reportAt(reader, topic)));
  return { ...page, data: page.data.map((watch, i) => ({ ...watch, title: reports[i]?.title ?? null })) };
}

/** The watches of a topic, by user; that of everybody last, so that each cursor is the id of a user. */
export async function watchesOf(
  reader: Reader,
  topic: string,
  { after = '', limit }: NamedPage,
): Promise<Page<ShownWatch & { readonly user: string }>> {
  const rows = await reader.rows('watchesOfTopic', { topic, after, limit: limit + 1 });
  const all = rows.length > limit ? undefined : await reader.get('watches', { topic, userId: everybody });
  const found = rows.map((row) => ({ user: row.userId, ...shown(row) }));
  if (all !== undefined) found.push({ user: 'everybody', ...shown(all) });
  return pageOf(found, limit, ({ user }) => user);
}

/** Sets the watch of one user, or of everybody, as a publisher wants it. */
export async function setWatchOf(
  tx: Transaction,
  topic: string,
  userId: string,
  { level, because }: Omit<WatchChange, 'users'>,
): Promise<void> {
  await tx.lock({ users: userId === everybody ? [] : [userId] });
  const own = await tx.get('watches', { topic, userId });
  // What a person chose is not overwritten by what somebody infers.
  if (own?.because === 'manual' && (because === 'owner' || because === 'commented')) return;
  const isDenied = because === 'denied';
  const isSame = own?.level === level && own.because === because;
  const since = isSame ? own.since : tx.now;
  tx.put('watches', { topic, userId, level: isDenied ? 'none' : level, because, since });
}

/** What came of one step of taking back what a user may not see any more. */
export interface DeniedStep {
  /** The notification behind which the next step goes on; undefined when there is nothing left. */
  readonly next: string | undefined;
}

/** One step of taking back everything about a topic from a user whose access was taken away. */
export async function takeBackTopicStep(
  tx: Transaction,
  userId: string,
  topic: string,
  after: string,
): Promise<DeniedStep> {
  await tx.lock({ users: [userId] });
  const pattern = patternOf(topic);
  const rows = await tx.rows('aboutTopic', { userId, pattern, after, limit: maxNotificationsPerStep });
  for (const row of rows) {
    // SQLite's LIKE takes capital letters for small ones.
    if (!(JSON.parse(row.topics) as string[]).includes(topic)) continue;
    const members = row.members === null ? [row.activityId] : (JSON.parse(row.members) as string[]);
    for (const activityId of members) await takeBack(tx, { activityId, userId, notificationId: row.id });
  }
  return { next: rows.length < maxNotificationsPerStep ? undefined : rows.at(-1)?.id };
}

/** Whether anybody may watch it: reports are open, and what a publisher has opened. */
async function isOpen(reader: Reader, topic: string): Promise<boolean> {
  const [row, report] = await Promise.all([
    reader.get('watches', { topic, userId: everybody }),
    reportAt(reader, topic),
  ]);
  if (row !== undefined) return row.because !== 'denied' && row.level === 'all';
  return report !== undefined;
}

/** The report that a topic is. @returns undefined when it is none, or a deleted one */
async function reportAt(reader: Reader, topic: string): Promise<ReportRow | undefined> {
  const [, id] = /^report:([0-9a-f-]{36})$/.exec(topic) ?? [];
  return id === undefined ? undefined : reportRow(reader, id);
}

function shown({ topic, level, because, since }: WatchRow): ShownWatch {
  return { topic, level: WatchLevel.parse(level), because: WatchCause.parse(because), since: timeOf(since) };
}

function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => string): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

function unknownTopic(topic: string): AppError {
  return new AppError('not_found', `No topic ${topic}.`);
}
