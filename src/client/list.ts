import type { Notification, NotificationStatus } from '../domain/notification.ts';
import { after, fits, type Items, type ListEvent, withPage } from './items.ts';
import type { NotificationList } from './notification-list.ts';
import { distance, seqOf } from './numbers.ts';
import type { ListPage } from './requests.ts';

/** Fetches a page; `cursor` is the `nextCursor` of the page before. */
export type FetchPage = (
  filter: NotificationStatus,
  limit: number,
  cursor: string | null,
) => Promise<ListPage>;

/** The list, from the pages that were fetched and the events that came since. */
export interface List {
  /** What applications see of it. */
  readonly shown: NotificationList;
  /** Applies an event. */
  take(event: ListEvent): void;
  /** Takes that events are told from behind `cursor` on. */
  begin(cursor: string): void;
  /** Fetches again what failed, and what misses events from before it was told of any. */
  catchUp(): void;
  /** Fetches again, if anything ever was. */
  refresh(): void;
  /** Forgets everything. */
  clear(): void;
  /** Shows the list as `change` makes it while `work` goes on, and for good when it succeeds: its event will say the same. */
  during<T>(change: (items: Items) => Items, work: Promise<T>): Promise<T>;
}

const mostItems = 100;

/** @param changed called after each change. */
export function createList(
  fetch: FetchPage,
  pageSize: number,
  changed: (list: NotificationList) => void,
): List {
  let known: Items | undefined;
  let epoch: string | undefined;
  let began: string | undefined;
  let next: string | null = null;
  /** The fetch that counts; an older one that is answered later is passed over. */
  let fetching = 0;
  /** What came while a fetch was under way, which may be ahead of its answer. */
  let meanwhile: ListEvent[] = [];
  /** What is under way. */
  const changes = new Set<(items: Items) => Items>();

  const show = () => {
    let items = known;
    for (const change of changes) items &&= change(items);
    shown.items = (items?.all ?? [])
      .map(({ notification }) => notification)
      .filter((notification) => fits(notification, shown.filter));
    shown.hasMore = next !== null;
    shown.cursor = known && `${epoch}.${known.asOf}`;
    changed(shown);
  };
  const apply = (event: ListEvent) => {
    if (known === undefined) return;
    const changed = after(known, event, new Date().toISOString());
    if (changed !== undefined) known = changed;
    else if (shown.status !== 'loading') void load();
  };
  const fetchPage = async (
    status: 'loading' | 'loadingMore',
    limit: number,
    take: (page: ListPage) => Items,
  ) => {
    const own = ++fetching;
    meanwhile = [];
    shown.status = status;
    shown.error = undefined;
    changed(shown);
    try {
      const page = await fetch(shown.filter, limit, status === 'loading' ? null : next);
      if (own !== fetching) return;
      known = take(page);
      next = page.nextCursor;
      shown.status = 'ready';
      meanwhile.forEach(apply);
    } catch (error) {
      if (own !== fetching) return;
      shown.status = 'failed';
      shown.error = error as Error;
    }
    show();
    if (shown.status === 'ready') catchUp();
  };
  const load = (filter = shown.filter) => {
    if (filter !== shown.filter) clear(filter);
    // As long as it was, so that a list that is fetched again does not jump under its reader.
    const limit = Math.min(mostItems, Math.max(pageSize, known?.all.length ?? 0));
    return fetchPage('loading', limit, ({ data, streamCursor, nextCursor }) => {
      const asOf = seqOf(streamCursor);
      [epoch] = streamCursor.split('.');
      const empty = { filter, all: [], asOf, bornBy: asOf, bottom: undefined };
      return withPage(empty, data, asOf, nextCursor !== null);
    });
  };
  const loadMore = async () => {
    const before = known;
    if (before === undefined || next === null || shown.status.startsWith('loading')) return;
    await fetchPage('loadingMore', pageSize, ({ data, streamCursor, nextCursor }) => ({
      ...withPage(known ?? before, data, seqOf(streamCursor), nextCursor !== null),
      // What came meanwhile is applied once more: it may concern this page.
      asOf: before.asOf,
    }));
  };
  const clear = (filter = shown.filter) => {
    fetching++;
    known = undefined;
    next = null;
    shown.filter = filter;
    show();
  };
  const refresh = () => {
    if (shown.status !== 'idle') void load();
  };
  const catchUp = () => {
    const { status, cursor } = shown;
    const isBehind = cursor !== undefined && began !== undefined && distance(cursor, began) > 0;
    if (status === 'failed' || (status !== 'loading' && isBehind)) refresh();
  };
  const shown = {
    status: 'idle',
    error: undefined,
    filter: 'all',
    items: [] as readonly Notification[],
    hasMore: false,
    cursor: undefined,
    load,
    loadMore,
  } as { -readonly [K in keyof NotificationList]: NotificationList[K] };

  return {
    shown,
    take: (event) => {
      if (shown.status.startsWith('loading')) meanwhile.push(event);
      apply(event);
      show();
    },
    begin: (cursor) => {
      began = cursor;
      if (epoch !== undefined && !cursor.startsWith(epoch)) refresh();
      else catchUp();
    },
    catchUp,
    refresh,
    clear,
    during: async (change, work) => {
      changes.add(change);
      show();
      try {
        const result = await work;
        known &&= change(known);
        return result;
      } finally {
        changes.delete(change);
        show();
      }
    },
  };
}
