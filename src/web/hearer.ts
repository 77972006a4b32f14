import type { Client } from '../client/client.ts';
import type { Notification } from '../domain/notification.ts';
import { element } from '../client/bell/dom.ts';
import { ask } from './ask.ts';
import { find } from './find.ts';
import type { Identity } from './identities.ts';

const shownNotifications = 4;

/** The latest notifications in the window of who hears; the bell above has them all. */
export function startHearing(hearer: Identity, client: Client): void {
  const list = find('heard', HTMLOListElement);
  const nothing = find('nothing', HTMLParagraphElement);
  let latest: readonly Notification[] = [];

  function show(notifications: readonly Notification[]): void {
    const before = new Set(latest.map(({ id }) => id));
    const isFirst = latest.length === 0;
    latest = notifications.slice(0, shownNotifications);
    list.replaceChildren(...latest.map((one) => row(one, !isFirst && !before.has(one.id))));
    list.hidden = latest.length === 0;
    nothing.hidden = !list.hidden;
  }

  async function fetchAll(): Promise<void> {
    const answer = await ask(await hearer.token(), 'GET', `/notifications?limit=${shownNotifications}`);
    show((answer as { data: readonly Notification[] }).data);
  }
  // What cannot be had now is asked for again with whatever comes next.
  const refresh = () => void fetchAll().catch(() => undefined);

  client.on('notification', ({ notification }) => show([notification, ...latest]));
  for (const type of ['updated', 'removed', 'read', 'reset'] as const) client.on(type, refresh);
  refresh();
}

function row({ actor, report, title, body, readAt }: Notification, isNew: boolean): HTMLLIElement {
  const kinds = [readAt === null && 'unread', isNew && 'new'].filter((kind) => kind !== false);
  const bold = (text: string) => element('bdi', {}, element('b', {}, text));
  return element(
    'li',
    { class: kinds.join(' ') },
    element('span', { class: 'dot', 'aria-hidden': 'true' }),
    element(
      'div',
      {},
      actor === null
        ? element('p', {}, bold(title))
        : element('p', {}, bold(actor.name), report === undefined ? ': ' : ' commented on ', bold(title)),
      element('p', { class: 'quote', dir: 'auto' }, body ?? ''),
    ),
  );
}
