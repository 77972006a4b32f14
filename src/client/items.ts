import type { EventContents } from '../domain/inbox.ts';
import type { Notification, NotificationAction, NotificationStatus } from '../domain/notification.ts';
import { seqOf } from './numbers.ts';

/* What a list knows, and what pages, events, and actions do to it. Pure. */

/** One notification of a list. */
export interface Item {
  readonly notification: Notification;
  /** The event that created it; undefined when that is not known, because it came with a page. */
  readonly born: number | undefined;
}

export interface Items {
  readonly filter: NotificationStatus;
  /** Newest first. */
  readonly all: readonly Item[];
  /** The last event that is in it. */
  readonly asOf: number;
  /** Those of which it is not known were created at or before this event. */
  readonly bornBy: number;
  /** The id of the oldest that was fetched; undefined when there are no older ones than `all`. */
  readonly bottom: string | undefined;
}

/** An event of the log, as a list hears it. */
export type ListEvent = {
  [T in keyof EventContents]: { readonly type: T; readonly seq: number } & Readonly<EventContents[T]>;
}[keyof EventContents];

/** Which ones are marked: `ids`, or all created at or before the event `upTo` (a cursor). */
type Selection = EventContents['notifications.read'];

/** Whether a list with this filter has the notification. */
export function fits({ archivedAt, readAt }: Notification, filter: NotificationStatus): boolean {
  if (filter === 'archived') return archivedAt !== null;
  return archivedAt === null && (filter === 'all' || (readAt === null) === (filter === 'unread'));
}

/** The list with its next page, which is as of event `asOf`. */
export function withPage(items: Items, page: readonly Notification[], asOf: number, hasMore: boolean): Items {
  const added = page
    .filter(({ id }) => !items.all.some(({ notification }) => notification.id === id))
    .map((notification) => ({ notification, born: undefined }));
  return {
    ...items,
    all: [...items.all, ...added],
    bornBy: Math.max(items.bornBy, asOf),
    bottom: hasMore ? page.at(-1)?.id : undefined,
  };
}

/**
 * The list after an event; the same when it is ahead of that. Events come in the order of their numbers.
 *
 * @param now RFC 3339 UTC, for an event of many, which says no time.
 * @returns undefined when the list cannot know, and has to be fetched again.
 */
export function after(items: Items, event: ListEvent, now: string): Items | undefined {
  const { seq } = event;
  if (seq <= items.asOf) return items;
  const next = { ...items, asOf: seq };
  switch (event.type) {
    case 'notification':
    case 'notification.updated':
      return put(next, event.notification, event.type === 'notification' ? seq : undefined);
    case 'notification.removed':
      return without(next, event.notificationId);
    case 'notifications.read':
      // Those that were unread belong to these now, and nobody says which they are.
      return items.filter === 'read' ? undefined : mark(next, event, 'read', now);
    case 'notifications.seen':
      return mark(next, event, 'seen', now);
  }
}

function put(items: Items, notification: Notification, born: number | undefined): Items {
  const { id } = notification;
  const old = items.all.find((item) => item.notification.id === id);
  const rest = without(items, id);
  if (!fits(notification, items.filter)) return rest;
  // Below the bottom it comes with its page.
  if (old === undefined && items.bottom !== undefined && id < items.bottom) return items;
  // Ids sort by age.
  const older = rest.all.findIndex((item) => item.notification.id < id);
  const all = rest.all.toSpliced(
    older < 0 ? Infinity : older,
    0,
    old ? { ...old, notification } : { notification, born },
  );
  return { ...rest, all, bornBy: old === undefined && born === undefined ? items.asOf : items.bornBy };
}

function without(items: Items, id: string): Items {
  return { ...items, all: items.all.filter(({ notification }) => notification.id !== id) };
}

/** The list after many were marked. @returns undefined when the list cannot know. */
export function mark(
  items: Items,
  selection: Selection,
  as: 'read' | 'seen',
  now: string,
): Items | undefined {
  const isMeant = ({ notification, born }: Item): boolean | undefined => {
    if (notification[`${as}At`] !== null) return false;
    if ('ids' in selection) return selection.ids.includes(notification.id);
    if ((born ?? items.bornBy) <= seqOf(selection.upTo)) return true;
    return born === undefined ? undefined : false;
  };
  const all: Item[] = [];
  for (const item of items.all) {
    const meant = isMeant(item);
    if (meant === undefined) return undefined;
    const next = meant ? acted(item, as, now) : item;
    if (fits(next.notification, items.filter)) all.push(next);
  }
  return { ...items, all };
}

/** The list after an action, as far as it can be told before Carillon has answered. */
export function withAction(items: Items, id: string, action: NotificationAction, now: string): Items {
  return {
    ...items,
    all: items.all.map((item) => (item.notification.id === id ? acted(item, action, now) : item)),
  };
}

function acted({ notification, born }: Item, action: NotificationAction | 'seen', now: string): Item {
  const { seenAt, readAt } = notification;
  const change = {
    seen: { seenAt: seenAt ?? now },
    read: { seenAt: seenAt ?? now, readAt: readAt ?? now },
    unread: { readAt: null },
    archive: { archivedAt: now },
    unarchive: { archivedAt: null },
  }[action];
  return { notification: { ...notification, ...change }, born };
}
