import type { EventContents } from '../domain/inbox.ts';
import type { NotificationStatus } from '../domain/notification.ts';
import type { Notification } from '../domain/notification.ts';
import { acted, byNewest, fits, isUpTo, type Selection } from './notification-state.ts';

/** An event of the log, as a list hears it. */
export type ListEvent = {
  [T in keyof EventContents]: { readonly type: T; readonly seq: number } & Readonly<EventContents[T]>;
}[keyof EventContents];

/** A change of one notification; it returns the very same one when it does not concern it. */
export type Change = (notification: Notification) => Notification;

/**
 * What a list knows: the notifications of one filter, and up to which event. An event about one of them costs the same
 * however many there are; they are only put in order when somebody looks at them.
 */
export interface Items {
  /** The last event that is in it. */
  asOf: number;
  readonly size: number;
  /** Whether there were too many, so that the oldest were dropped. */
  readonly isCut: boolean;
  /** Adds the page behind those that were fetched. */
  addPage(page: readonly Notification[], hasMore: boolean): void;
  /**
   * Applies an event, unless it is in there already. Events come in the order of their numbers.
   * @param now RFC 3339 UTC, for an event of many, which says no time.
   * @returns false when the list cannot know what it means, and has to be fetched again.
   */
  take(event: ListEvent, now: string): boolean;
  change(change: Change): void;
  /** As they are after `changes`: a new array, newest first. */
  sorted(changes: Iterable<Change>): readonly Notification[];
}

/** @param maxItems most that are shown; up to a tenth more are kept, so that not each new one means to look for the oldest. */
export function createItems(filter: NotificationStatus, firstAsOf: number, maxItems: number): Items {
  const all = new Map<string, Notification>();
  /** The oldest that was fetched or kept; undefined when there are no older ones than those in `all`. */
  let bottom: Notification | undefined;

  const put = (notification: Notification) => {
    const { id } = notification;
    if (!fits(notification, filter)) all.delete(id);
    // Below the bottom it comes with its page.
    else if (all.has(id) || bottom === undefined || byNewest(notification, bottom) <= 0)
      all.set(id, notification);
    if (all.size > maxItems * 1.1) cut();
  };
  const cut = () => {
    const kept = items.sorted([]);
    all.clear();
    for (const one of kept) all.set(one.id, one);
    bottom = kept.at(-1);
    items.isCut = true;
  };
  const change = (change: Change) => {
    for (const one of all.values()) {
      const changed = change(one);
      if (changed !== one) put(changed);
    }
  };
  const mark = ({ ids, upTo }: Selection, as: 'read' | 'seen', now: string): boolean => {
    if (upTo !== undefined) change((one) => (isUpTo(one, upTo) ? acted(one, as, now) : one));
    for (const id of ids ?? []) {
      const one = all.get(id);
      if (one !== undefined) put(acted(one, as, now));
    }
    return (ids ?? upTo) !== undefined;
  };

  const items = {
    asOf: firstAsOf,
    isCut: false,
    get size() {
      return all.size;
    },
    addPage: (page: readonly Notification[], hasMore: boolean) => {
      for (const one of page) if (!all.has(one.id)) all.set(one.id, one);
      bottom = hasMore ? page.at(-1) : undefined;
    },
    take: (event: ListEvent, now: string) => {
      const { seq } = event;
      if (seq <= items.asOf) return true;
      items.asOf = seq;
      switch (event.type) {
        case 'notification':
          put(event.notification);
          return true;
        case 'notification.updated':
          put(event.notification);
          return true;
        case 'notification.removed':
          all.delete(event.notificationId);
          return true;
        case 'notifications.read':
          // Those that were unread belong to these now, and nobody says which they are.
          return filter !== 'read' && mark(event, 'read', now);
        case 'notifications.seen':
          return mark(event, 'seen', now);
      }
    },
    change,
    sorted: (changes: Iterable<Change>) => {
      let sorted = [...all.values()];
      for (const change of changes) sorted = sorted.map(change);
      return sorted
        .filter((one) => fits(one, filter))
        .sort(byNewest)
        .slice(0, maxItems);
    },
  };
  return items;
}
