import type { Notification, NotificationStatus } from '../domain/notification.ts';
import { after, emptyItems, fits, type Items, type ListEvent, withPage } from './items.ts';
import type { ListStatus, NotificationList } from './notification-list.ts';
import { distance, seqOf } from './numbers.ts';
import type { Answer, ListPage } from './requests.ts';

export interface ListParts {
  /** Fetches a page; `cursor` is the `nextCursor` of the page before. */
  fetch(filter: NotificationStatus, limit: number, cursor: string | null): Promise<Answer<ListPage>>;
  readonly pageSize: number;
  /** Called after each change. */
  changed(): void;
}

const mostItems = 100;

/** The list, from the pages that were fetched and the events that came since. */
export class List implements NotificationList {
  status: ListStatus = 'idle';
  error: Error | undefined;
  filter: NotificationStatus = 'all';
  items: readonly Notification[] = [];
  readonly #parts: ListParts;
  /** What is under way. */
  readonly #changes = new Set<(items: Items) => Items>();
  #known: Items | undefined;
  #epoch = '';
  #began: string | undefined;
  #next: string | null = null;
  /** The fetch that counts; an older one that is answered later is passed over. */
  #fetching = 0;
  /** What came while a fetch was under way, which may be ahead of its answer. */
  #meanwhile: ListEvent[] = [];

  constructor(parts: ListParts) {
    this.#parts = parts;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get cursor(): string | undefined {
    return this.#known && `${this.#epoch}.${this.#known.asOf}`;
  }

  load(filter = this.filter): Promise<void> {
    if (filter !== this.filter) this.clear();
    this.filter = filter;
    // As long as it was, so that a list that is fetched again does not jump under its reader.
    const limit = Math.min(mostItems, Math.max(this.#parts.pageSize, this.#known?.all.length ?? 0));
    return this.#fetch('loading', limit, null, ({ data, streamCursor, nextCursor }) => {
      this.#epoch = streamCursor.split('.')[0] ?? '';
      const asOf = seqOf(streamCursor);
      return withPage(emptyItems(filter, asOf), data, asOf, nextCursor !== null);
    });
  }

  async loadMore(): Promise<void> {
    const known = this.#known;
    if (known === undefined || this.#next === null || this.status.startsWith('loading')) return;
    await this.#fetch('loadingMore', this.#parts.pageSize, this.#next, (page) => ({
      ...withPage(this.#known ?? known, page.data, seqOf(page.streamCursor), page.nextCursor !== null),
      // What came meanwhile is applied once more: it may concern this page.
      asOf: known.asOf,
    }));
  }

  /** Forgets everything. */
  clear(): void {
    this.#fetching++;
    this.#known = undefined;
    this.#next = null;
    this.#show();
  }

  /** Fetches again, if anything ever was. */
  refresh(): void {
    if (this.status !== 'idle') void this.load();
  }

  /** Takes that events are told from behind `cursor` on. */
  begin(cursor: string): void {
    this.#began = cursor;
    this.catchUp();
  }

  /** Fetches again what failed, and what misses events from before it was told of any. */
  catchUp(): void {
    if (this.status === 'failed' || (this.status !== 'loading' && this.#isBehind())) this.refresh();
  }

  #isBehind(): boolean {
    const { cursor } = this;
    if (cursor === undefined || this.#began === undefined) return false;
    return !(distance(this.#began, cursor) >= 0);
  }

  /** Applies an event. */
  take(event: ListEvent): void {
    if (this.status.startsWith('loading')) this.#meanwhile.push(event);
    this.#apply(event);
    this.#show();
  }

  /** Shows the list as `change` makes it while `work` goes on, and for good when it succeeds: its event will say the same. */
  async during<T>(change: (items: Items) => Items, work: Promise<T>): Promise<T> {
    this.#changes.add(change);
    this.#show();
    try {
      const result = await work;
      this.#known &&= change(this.#known);
      return result;
    } finally {
      this.#changes.delete(change);
      this.#show();
    }
  }

  async #fetch(
    status: 'loading' | 'loadingMore',
    limit: number,
    cursor: string | null,
    take: (page: ListPage) => Items,
  ): Promise<void> {
    const fetching = ++this.#fetching;
    this.#meanwhile = [];
    this.#set(status);
    try {
      const { value } = await this.#parts.fetch(this.filter, limit, cursor);
      if (fetching !== this.#fetching) return;
      this.#known = take(value);
      this.#next = value.nextCursor;
      this.status = 'ready';
      for (const event of this.#meanwhile) this.#apply(event);
      this.#show();
      this.catchUp();
    } catch (error) {
      if (fetching === this.#fetching)
        this.#set('failed', error instanceof Error ? error : new Error(String(error)));
    }
  }

  #apply(event: ListEvent): void {
    if (this.#known === undefined) return;
    const next = after(this.#known, event, now());
    if (next !== undefined) this.#known = next;
    else if (this.status !== 'loading') void this.load();
  }

  #set(status: ListStatus, error?: Error): void {
    this.status = status;
    this.error = error;
    this.#parts.changed();
  }

  #show(): void {
    let shown = this.#known;
    for (const change of this.#changes) shown &&= change(shown);
    this.items = (shown?.all ?? [])
      .map(({ notification }) => notification)
      .filter((notification) => fits(notification, this.filter));
    this.#parts.changed();
  }
}

function now(): string {
  return new Date().toISOString();
}
