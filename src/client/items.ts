import type { EventContents } from '../domain/inbox.ts';
import type { Notification, NotificationAction, NotificationStatus } from '../domain/notification.ts';
import { seqOf } from './numbers.ts';

/* What a list knows, and what events and pages do to it. Pure. */

/** One notification of a list. */
export interface Item {
  readonly notification: Notification;
  /** Its state is as of this event. */
  readonly asOf: number;
  /** It was created at or before this event: which one exactly, only its own event tells. */
  readonly bornBy: number;
  readonly isBornExact: boolean;
}

export interface Items {
  readonly filter: NotificationStatus;
  /** Newest first. */
  readonly all: readonly Item[];
  /** What is missing here was missing as of this event. */
  readonly asOf: number;
  /** The id of the oldest that was fetched; undefined when there are no older ones than `all`. */
  readonly bottom: string | undefined;
}

/** An event of the log, as a list hears it. */
export type ListEvent = {
  [T in keyof EventContents]: { readonly type: T; readonly seq: number } & Readonly<EventContents[T]>;
}[keyof EventContents];

/** Which ones are marked, `ids` or all created at or before the event `upTo` (a cursor), and as what. */
type Marking = (EventContents['notifications.read'] | EventContents['notifications.seen']) & {
  readonly as: 'read' | 'seen';
};

/** Whether a list with this filter has the notification. */
export function fits({ archivedAt, readAt }: Notification, filter: NotificationStatus): boolean {
  if (filter === 'archived') return archivedAt !== null;
  if (archivedAt !== null) return false;
  return filter === 'all' || (readAt === null) === (filter === 'unread');
}

/** The first page of a list: what Carillon had as of event `asOf`. */
export function firstPage(
  filter: NotificationStatus,
  page: readonly Notification[],
  asOf: number,
  hasMore: boolean,
): Items {
  return nextPage({ filter, all: [], asOf, bottom: undefined }, page, asOf, hasMore);
}

/** The list with its next page, which is as of event `asOf`. */
export function nextPage(items: Items, page: readonly Notification[], asOf: number, hasMore: boolean): Items {
  const known = new Set(items.all.map(({ notification }) => notification.id));
  const added = page
    .filter(({ id }) => !known.has(id))
    .map((notification): Item => ({ notification, asOf, bornBy: asOf, isBornExact: false }));
  const bottom = hasMore ? (page.at(-1)?.id ?? items.bottom) : undefined;
  return { ...items, all: [...items.all, ...added], bottom };
}

/**
 * The list after an event. Events come in the order of their numbers; one that the list, or an item, is ahead of changes
 * nothing there.
 *
 * @param now RFC 3339 UTC; when an event of many says no time.
 * @returns undefined when the list cannot know, and has to be fetched again.
 */
export function after(items: Items, event: ListEvent, now: string): Items | undefined {
  const changed = changedBy(items, event, now);
  return changed && { ...changed, asOf: Math.max(items.asOf, event.seq) };
}

function changedBy(items: Items, event: ListEvent, now: string): Items | undefined {
  switch (event.type) {
    case 'notification':
    case 'notification.updated':
      return put(items, event.notification, event.seq, event.type === 'notification');
    case 'notification.removed':
      return take(items, event.notificationId, event.seq);
    case 'notifications.read':
    case 'notifications.seen':
      return mark(
        items,
        { ...event, as: event.type === 'notifications.read' ? 'read' : 'seen' },
        now,
        event.seq,
      );
  }
}

function put(items: Items, notification: Notification, seq: number, isNew: boolean): Items {
  const { id } = notification;
  const old = items.all.find((item) => item.notification.id === id);
  if (old !== undefined && old.asOf >= seq) return items;
  const rest = take(items, id, seq);
  if (!fits(notification, items.filter)) return rest;
  // Not there although the list is ahead of the event: it has left since. Below the bottom it comes with its page.
  if (old === undefined && (seq <= items.asOf || (items.bottom !== undefined && id < items.bottom)))
    return items;
  const born = old ?? { bornBy: seq, isBornExact: isNew };
  const item: Item = { notification, asOf: seq, bornBy: born.bornBy, isBornExact: born.isBornExact };
  // Ids sort by age.
  const at = rest.all.findIndex((other) => other.notification.id < id);
  return { ...rest, all: rest.all.toSpliced(at === -1 ? rest.all.length : at, 0, item) };
}

function take(items: Items, id: string, seq: number): Items {
  const all = items.all.filter(({ notification, asOf }) => notification.id !== id || asOf >= seq);
  return all.length === items.all.length ? items : { ...items, all };
}

/**
 * The list after many were marked.
 * @param seq the event that says so; Infinity for what was answered and has no number yet.
 * @returns undefined when the list cannot know.
 */
export function mark(items: Items, marking: Marking, now: string, seq = Infinity): Items | undefined {
  // Those that were unread may belong here now, and nobody says which they are.
  if (marking.as === 'read' && items.filter === 'read' && seq > items.asOf) return undefined;
  const all: Item[] = [];
  for (const item of items.all) {
    const marked = markedBy(item.notification, marking.as, now);
    const concerns = item.asOf < seq && marked !== item.notification && isMeant(item, marking);
    if (concerns === undefined) return undefined;
    const next = concerns ? { ...item, notification: marked, ...(seq !== Infinity && { asOf: seq }) } : item;
    if (fits(next.notification, items.filter)) all.push(next);
  }
  return { ...items, all };
}

/** @returns undefined when that cannot be known. */
function isMeant({ notification, bornBy, isBornExact }: Item, marking: Marking): boolean | undefined {
  if ('ids' in marking) return marking.ids.includes(notification.id);
  if (bornBy <= seqOf(marking.upTo)) return true;
  return isBornExact ? false : undefined;
}

function markedBy(notification: Notification, as: 'read' | 'seen', now: string): Notification {
  return as === 'read' ? acted(notification, 'read', now) : seen(notification, now);
}

function seen(notification: Notification, now: string): Notification {
  return notification.seenAt === null ? { ...notification, seenAt: now } : notification;
}

/** The list as it will be when the action is done, shown until Carillon has answered. */
export function withAction(items: Items, id: string, action: NotificationAction, now: string): Items {
  const all = items.all.map((item) =>
    item.notification.id === id ? { ...item, notification: acted(item.notification, action, now) } : item,
  );
  return { ...items, all };
}

function acted(notification: Notification, action: NotificationAction, now: string): Notification {
  switch (action) {
    case 'read':
      return notification.readAt === null ? { ...seen(notification, now), readAt: now } : notification;
    case 'unread':
      return { ...notification, readAt: null };
    case 'archive':
      return { ...notification, archivedAt: now };
    case 'unarchive':
      return { ...notification, archivedAt: null };
  }
}
