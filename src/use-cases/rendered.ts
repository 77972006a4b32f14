import type { Person } from '../domain/actor.ts';
import { maxActors, type Notification } from '../domain/notification.ts';
import { notificationOf } from '../domain/render.ts';
import type { ListedNotification } from './queries.ts';
import type { Reader } from './transaction.ts';

/** The notifications as their user sees them, those of groups with their newest actors. */
export async function rendered(
  reader: Reader,
  views: readonly ListedNotification[],
): Promise<readonly Notification[]> {
  const members = new Map(
    views.flatMap(({ id, members: text }) => (text === null ? [] : [[id, JSON.parse(text) as string[]]])),
  );
  // One query reads the actors of all groups on a page.
  const ids = [...new Set([...members.values()].flat())];
  const rows = ids.length === 0 ? [] : await reader.rows('actors', { ids });
  const actors = new Map(rows.map(({ id, actorId, actorName }) => [id, personOf(actorId, actorName)]));
  return views.map((view) => {
    const own = members.get(view.id);
    if (own === undefined) return notificationOf(view);
    const people = own.flatMap((id) => actors.get(id) ?? []);
    // An actor who did several things is named once, at the newest of them.
    const distinct = people.filter(({ id }, i) => people.findIndex((other) => other.id === id) === i);
    return notificationOf(view, distinct.slice(0, maxActors));
  });
}

function personOf(id: string | null, name: string | null): Person | undefined {
  return id === null || name === null ? undefined : { id, name };
}
