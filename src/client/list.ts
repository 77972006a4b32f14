import type { NotificationStatus } from '../domain/notification.ts';
import { type Change, createItems, type Items, type ListEvent } from './items.ts';
import type { Notification } from '../domain/notification.ts';
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
  during<T>(change: Change, work: Promise<T>): Promise<T>;
}

/** Most that one request fetches. */
const maxPage = 100;

/**
 * @param changed called after each change.
 * @param maxItems most items that the list has.
 */
export function createList(
  fetch: FetchPage,
  pageSize: number,
  changed: (list: NotificationList) => void,
  maxItems = 1_000,
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
  const changes = new Set<Change>();
  /** What was last looked at, until something changes: nobody may look at all. */
  let view: readonly Notification[] | undefined;

  const show = () => {
    view = undefined;
    changed(shown);
  };
  const apply = (event: ListEvent) => {
    const isKnown = known?.take(event, new Date().toISOString()) ?? true;
    if (!isKnown && shown.status !== 'loading') void load();
  };
  const fetchPage = async (
    status: 'loading' | 'loadingMore',
    limit: number,
    take: (page: ListPage) => void,
  ) => {
    const own = ++fetching;
    meanwhile = [];
    shown.status = status;
    shown.error = undefined;
    changed(shown);
    try {
      const page = await fetch(shown.filter, limit, status === 'loading' ? null : next);
      if (own !== fetching) return;
      take(page);
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
  const fetchTop = (items: number) => {
    const { filter } = shown;
    const limit = Math.min(maxPage, Math.max(pageSize, items));
    return fetchPage('loading', limit, ({ data, streamCursor, nextCursor }) => {
      [epoch] = streamCursor.split('.');
      known = createItems(filter, seqOf(streamCursor), maxItems);
      known.addPage(data, nextCursor !== null);
    });
  };
  const load = (filter = shown.filter) => {
    if (filter !== shown.filter) clear(filter);
    // As long as it was, so that a list that is fetched again does not jump under its reader.
    return fetchTop(known?.size ?? 0);
  };
  const loadMore = async () => {
    const items = known;
    if (items === undefined || !shown.hasMore || shown.status.startsWith('loading')) return;
    // The server's cursor is far below what was dropped.
    if (items.isCut) return fetchTop(items.size + pageSize);
    const { asOf } = items;
    await fetchPage('loadingMore', pageSize, ({ data, nextCursor }) => {
      if (!items.isCut) items.addPage(data, nextCursor !== null);
      // What came meanwhile is applied once more: it may concern this page.
      items.asOf = asOf;
    });
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
    get items() {
      return (view ??= known?.sorted(changes) ?? []);
    },
    get hasMore() {
      return known !== undefined && (next !== null || known.isCut) && known.size < maxItems;
    },
    get cursor() {
      return known && `${epoch}.${known.asOf}`;
    },
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
        known?.change(change);
        return result;
      } finally {
        changes.delete(change);
        show();
      }
    },
  };
}
