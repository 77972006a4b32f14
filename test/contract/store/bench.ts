import { expect, onTestFinished } from 'vitest';
import type { Actor } from '../../../src/domain/actor.ts';
import type { Comment } from '../../../src/domain/comment.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { InboxEvent } from '../../../src/domain/inbox.ts';
import type { Counts, Notification, NotificationStatus } from '../../../src/domain/notification.ts';
import type { Page } from '../../../src/domain/page.ts';
import type { Report } from '../../../src/domain/report.ts';
import type { Commit, IdempotencyKey, Store, StoreParts } from '../../../src/domain/store.ts';

export interface OpenedStore {
  readonly store: Store;
  /** Opens another one on the same data, once the first was closed. */
  readonly reopen: (parts: StoreParts) => Promise<Store>;
}

/** Opens a fresh, empty store. */
export type OpenStore = (parts: StoreParts) => Promise<OpenedStore>;

/** A store under test with everything that it tells. */
export interface Bench {
  readonly store: Store;
  /** What the store takes for the time, in Unix milliseconds; stands still unless it is moved. */
  readonly clock: { now: number };
  readonly commits: readonly Commit[];
  readonly failures: readonly unknown[];
  /** All events that were told so far, or those of one user. */
  readonly told: (userId?: string) => readonly InboxEvent[];
  /** Closes the store and goes on with another one on the same data. */
  readonly reopen: () => Promise<void>;
}

export const ann: Actor = { id: 'ann', name: 'Ann' };
export const bob: Actor = { id: 'bob', name: 'Bob' };
export const cleo: Actor = { id: 'cleo', name: 'Cleo' };
/** Shaped like an id, of nothing. */
export const nobodysId = '01890000-0000-7000-8000-000000000000';
export const hourMs = 60 * 60 * 1000;

/** Opens a store for one test; it is closed with the test. */
export async function startBench(
  open: OpenStore,
  options: Pick<StoreParts, 'groupComments'> = {},
): Promise<Bench> {
  const clock = { now: Date.parse('2026-11-05T12:00:00.000Z') };
  const commits: Commit[] = [];
  const failures: unknown[] = [];
  const parts: StoreParts = {
    onCommit: (commit) => commits.push(commit),
    onFailure: (cause) => failures.push(cause),
    now: () => clock.now,
    ...options,
  };
  const opened = await open(parts);
  let store = opened.store;
  onTestFinished(() => store.close());
  return {
    get store() {
      return store;
    },
    clock,
    commits,
    failures,
    told: (userId) =>
      commits
        .flatMap(({ events }) => events)
        .filter((event) => userId === undefined || event.userId === userId),
    reopen: async () => {
      await store.close();
      store = await opened.reopen(parts);
    },
  };
}

export async function addReport(store: Store, owner: Actor = ann, title = 'Reading list'): Promise<Report> {
  return (await store.addReport(owner, { title, body: '' })).value;
}

export async function addComment(
  store: Store,
  author: Actor,
  report: Report,
  body = 'Loved chapter two.',
  once?: IdempotencyKey,
): Promise<Comment> {
  return (await store.addComment(author, report.id, { body, parentId: null }, once)).value;
}

/** Ann's report with comments by bob: `count` notifications of ann's, oldest first. */
export async function notifyAnn(store: Store, count: number): Promise<readonly Notification[]> {
  const report = await addReport(store);
  for (let i = 1; i <= count; i++) await addComment(store, bob, report, `Comment ${i}`);
  return (await listAll(store, 'ann')).toReversed();
}

/** Every notification of the user with this status, newest first, page by page. */
export function listAll(
  store: Store,
  userId: string,
  status: NotificationStatus = 'all',
  limit = 100,
): Promise<readonly Notification[]> {
  return walk((cursor) =>
    store.notifications(userId, { status, before: cursor === undefined ? undefined : Number(cursor), limit }),
  );
}

/** All rows of a list, page by page. */
export async function walk<T>(
  read: (cursor: string | undefined) => Promise<Page<T> | undefined>,
): Promise<readonly T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    if (page === undefined) throw new Error('There is no such list.');
    rows.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

/** The counts as the list itself gives them. */
export async function recount(store: Store, userId: string): Promise<Counts> {
  const all = await listAll(store, userId);
  return {
    unread: all.filter(({ readAt }) => readAt === null).length,
    unseen: all.filter(({ seenAt }) => seenAt === null).length,
  };
}

/** What a user's log says now that was told as `events`: the notifications as they are, everything else as it was. */
export async function asReplayed(
  store: Store,
  userId: string,
  events: readonly InboxEvent[],
): Promise<readonly InboxEvent[]> {
  const all = [...(await listAll(store, userId)), ...(await listAll(store, userId, 'archived'))];
  const present = new Map(all.map((notification) => [notification.id, notification]));
  return events.map((event) => {
    const { seq, notification, counts } = dataOf(event);
    if (notification === undefined) return event;
    const now = present.get(notification.id);
    if (now !== undefined) return { ...event, data: JSON.stringify({ seq, notification: now, counts }) };
    const data = JSON.stringify({ seq, notificationId: notification.id, counts });
    return { ...event, type: 'notification.removed', data };
  });
}

/** What an event says on the wire. */
export function dataOf(event: InboxEvent | undefined): any {
  if (event === undefined) throw new Error('There is no such event.');
  return JSON.parse(event.data);
}

/** The code with which `answer` rejects; any other outcome fails the test. */
export async function codeOf(answer: Promise<unknown>): Promise<string> {
  const outcome = await answer.then(
    (value) => value,
    (error: unknown) => error,
  );
  if (!(outcome instanceof AppError)) expect.unreachable(`expected an AppError, got ${String(outcome)}`);
  return outcome.code;
}

/** The codes with which `answers` reject, each code once. */
export async function codesOf(answers: readonly Promise<unknown>[]): Promise<readonly string[]> {
  return [...new Set(await Promise.all(answers.map((answer) => codeOf(answer))))];
}

/** `1, 2, 3 … last`. */
export function numbersTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}
