import type { Person } from './actor.ts';
import { kinds } from './kinds/kinds.ts';
import type { Notification } from './notification.ts';
import type { NotificationView } from './notification-view.ts';
import { timeOf, timeOrNull } from './time.ts';

/**
 * The notification as its user sees it now.
 * @param actors the newest three persons who caused it; the activity's actor unless it is of a group.
 */
export function notificationOf(view: NotificationView, actors = actorsOf(view)): Notification {
  const { id, seq, type, reason, topic, url, data, count } = view;
  return {
    id,
    seq,
    type,
    reason,
    topic,
    actor: actorsOf(view)[0] ?? null,
    title: view.title ?? view.reportTitle ?? '',
    body: view.body,
    url,
    data: data === null ? null : (JSON.parse(data) as Record<string, unknown>),
    count,
    actors: [...actors],
    ...kinds[type]?.fields(view),
    createdAt: timeOf(view.createdAt),
    updatedAt: timeOf(view.updatedAt),
    seenAt: timeOrNull(view.seenAt),
    readAt: timeOrNull(view.readAt),
    archivedAt: timeOrNull(view.archivedAt),
  };
}

/** The person who caused the newest activity; none when nobody did. */
export function actorsOf({ actorId, actorName }: NotificationView): readonly Person[] {
  return actorId === null || actorName === null ? [] : [{ id: actorId, name: actorName }];
}
