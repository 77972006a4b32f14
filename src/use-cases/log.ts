import {
  emptyInbox,
  type EventContents,
  type Inbox,
  inboxEvent,
  type InboxEvent,
  type InboxEventType,
  type LogPage,
} from '../domain/inbox.ts';
import { isGone } from '../domain/notification-view.ts';
import { inboxOf } from './notifications.ts';
import { rendered } from './rendered.ts';
import type { ListedNotification, LoggedEvent, OfInbox } from './queries.ts';
import type { Reader } from './transaction.ts';

type LogRow = OfInbox & LoggedEvent & (ListedNotification | { readonly id: null });

/** The inbox, or one of zeros for a user of whom nothing is known. */
export async function inbox(reader: Reader, userId: string): Promise<Inbox> {
  const row = await reader.get('inboxes', { userId });
  if (row === undefined) return emptyInbox;
  return { seq: row.seq, floor: row.floor, counts: { unread: row.unread, unseen: row.unseen } };
}

/**
 * The events behind number `after`, oldest first, at most `limit`, and the inbox of the very same moment. An event says
 * what is true now of its notification, with the counts of then. Without `after`, no events.
 */
export async function log(
  reader: Reader,
  userId: string,
  after: number | undefined,
  limit: number,
): Promise<LogPage> {
  // Infinity is ahead of every log, as is the greatest number that both databases know.
  const position = Math.min(after ?? Infinity, Number.MAX_SAFE_INTEGER);
  const rows = await reader.rows('log', { userId, after: position, limit });
  const events = rows.filter((row): row is LogRow => row.eventSeq !== null);
  const views = new Map(events.flatMap((row) => (row.id === null || isGone(row) ? [] : [[row.id, row]])));
  const shown = new Map((await rendered(reader, [...views.values()])).map((one) => [one.id, one]));
  const eventOf = (row: LogRow): InboxEvent => {
    const { eventSeq, eventUnread, eventUnseen, notificationId, extra } = row;
    const counts = { unread: eventUnread, unseen: eventUnseen };
    const tell = <T extends InboxEventType>(type: T, contents: EventContents[T]) =>
      inboxEvent(userId, eventSeq, counts, type, contents);
    // Written from the same types by `inboxes.ts`.
    const type = row.eventType as InboxEventType;
    if (notificationId === null) return tell(type, JSON.parse(extra ?? '{}') as EventContents[typeof type]);
    const notification = shown.get(notificationId);
    if (notification === undefined || type === 'notification.removed') {
      return tell('notification.removed', { notificationId });
    }
    return tell(type, { notification });
  };
  return { inbox: inboxOf(rows[0]), events: events.map(eventOf) };
}

/**
 * The number of the newest event in each of these inboxes, read together.
 * @returns none for a user who has no event yet.
 */
export async function heads(
  reader: Reader,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.rows('heads', { userIds });
  return new Map(rows.map(({ userId, seq }) => [userId, seq]));
}
