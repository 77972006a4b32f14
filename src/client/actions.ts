import type { NotificationAction } from '../domain/notification.ts';
import type { Client } from './client.ts';
import type { List } from './list.ts';
import { acted, isUpTo } from './notification-state.ts';
import type { Receiver } from './receiver.ts';
import type { Requests } from './requests.ts';

type Actions = Pick<Client, 'read' | 'unread' | 'archive' | 'unarchive' | 'readAll' | 'seen'>;

/** What the user does: it shows in the list at once. */
export function createActions(requests: Requests, list: List, receiver: Receiver): Actions {
  const act = (action: NotificationAction) => (id: string) => {
    const now = new Date().toISOString();
    return list.during((one) => (one.id === id ? acted(one, action, now) : one), requests.act(id, action));
  };
  const markAll =
    (as: 'read' | 'seen') =>
    async (upTo = list.shown.cursor ?? receiver.cursor) => {
      if (upTo === undefined) return;
      const now = new Date().toISOString();
      await list.during((one) => (isUpTo(one, upTo) ? acted(one, as, now) : one), requests.mark(as, upTo));
    };
  return {
    read: act('read'),
    unread: act('unread'),
    archive: act('archive'),
    unarchive: act('unarchive'),
    readAll: markAll('read'),
    seen: markAll('seen'),
  };
}
