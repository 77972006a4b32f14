import type { NotificationStatus } from '../domain/notification.ts';
import type { Notification } from '../domain/notification.ts';

/** Which notifications a list shows; all but the archived ones are in `all`. */
export type ListFilter = NotificationStatus;

/**
 * Where the loading of a list is.
 *
 * - `idle`: `load` was never called.
 * - `loading`: the first page is under way; `items` are those of before, none after a change of filter.
 * - `loadingMore`: the next page is.
 * - `ready`: `items` are what Carillon has, and stay so.
 * - `failed`: the last `load` or `loadMore` was not answered; `error` says why. Call it again.
 */
export type ListStatus = 'idle' | 'loading' | 'loadingMore' | 'ready' | 'failed';

/**
 * The notifications of one filter, newest first, kept right by the events; 1,000 at most. When more arrive, the oldest
 * are dropped.
 */
export interface NotificationList {
  readonly status: ListStatus;
  /** Why the last loading failed; undefined otherwise. */
  readonly error: Error | undefined;
  readonly filter: ListFilter;
  /**
   * Another array whenever something changed, so that it may be compared by identity. An item that no longer fits the
   * filter leaves. It is made when it is looked at: look once per frame, not once per event.
   */
  readonly items: readonly Notification[];
  /** Whether `loadMore` brings older ones; not when there are 1,000 already. */
  readonly hasMore: boolean;
  /** What is in `items` is as of this event; undefined until loaded. Keep it with what you show, for `Client.readAll` and `Client.seen`. */
  readonly cursor: string | undefined;

  /** Fetches the first page, of another filter when one is given. Resolves when it is there or has failed; never rejects. */
  load(filter?: ListFilter): Promise<void>;
  /**
   * Fetches the next page; nothing when there is none or one is under way. When the oldest were dropped, it fetches the
   * list from the top again. Never rejects.
   */
  loadMore(): Promise<void>;
}
