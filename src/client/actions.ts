import type { NotificationAction } from '../domain/notification.ts';
import type { Client } from './client.ts';
import type { Change } from './items.ts';
import type { List } from './list.ts';
import type { Notification } from '../domain/notification.ts';
import { acted, isUpTo } from './notification-state.ts';
import type { Outbox } from './outbox.ts';
import type { Receiver } from './receiver.ts';
import type { Requests } from './requests.ts';

type Actions = Pick<Client, 'read' | 'unread' | 'archive' | 'unarchive' | 'readAll' | 'seen'>;

/** Most ids that one request marks. */
const maxIds = { read: 100, unread: 1_000 };

/** What the user does: it shows in the list at once. */
export function createActions(requests: Requests, outbox: Outbox, list: List, receiver: Receiver): Actions {
  /** What an action shows of those that are meant. */
  const showing = (
    action: NotificationAction | 'seen',
    isMeant: (notification: Notification) => boolean,
  ): Change => {
    const now = new Date().toISOString();
    return (one) => (isMeant(one) ? acted(one, action, now) : one);
  };

  const act = (action: NotificationAction) => (id: string) =>
    list.during(
      showing(action, (one) => one.id === id),
      outbox.send(() => requests.act(id, action)),
    );

  const actOnMany = async (action: 'read' | 'unread', ids: readonly string[]) => {
    const meant = new Set(ids);
    const sent: Promise<void>[] = [];
    for (let i = 0; i < ids.length; i += maxIds[action]) {
      const some = ids.slice(i, i + maxIds[action]);
      sent.push(outbox.send(() => requests.actOnMany(some, action)));
    }
    await list.during(
      showing(action, ({ id }) => meant.has(id)),
      Promise.all(sent),
    );
  };
  const actOnAny = (action: 'read' | 'unread') =>
    ((ids: string | readonly string[]) =>
      typeof ids === 'string' ? act(action)(ids) : actOnMany(action, ids)) as Client['read'];

  const markAll = async (as: 'read' | 'seen', upTo = list.shown.cursor ?? receiver.cursor) => {
    if (upTo === undefined) return [];
    const ids = list.shown.items.filter((one) => one[`${as}At`] === null && isUpTo(one, upTo));
    const marked = await list.during(
      showing(as, (one) => isUpTo(one, upTo)),
      outbox.send(() => requests.mark(as, upTo)),
    );
    return marked ?? ids.map(({ id }) => id);
  };
  return {
    read: actOnAny('read'),
    unread: actOnAny('unread'),
    archive: act('archive'),
    unarchive: act('unarchive'),
    readAll: (upTo) => markAll('read', upTo),
    seen: async (upTo) => {
      await markAll('seen', upTo);
    },
  };
}
