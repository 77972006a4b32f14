import type { Client } from '../client/client.ts';
import type { Notification } from '../domain/notification.ts';
import { element } from '../client/bell/dom.ts';
import { ask } from './ask.ts';
import type { Cut } from './cut.ts';
import { find } from './find.ts';
import type { Identity } from './identities.ts';
import type { Missed } from './tally.ts';

const shownNotifications = 4;

const stateTexts = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
  signedOut: 'Signed out: the token has ended',
  closed: 'Closed',
} satisfies Record<Client['state']['status'], string>;

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

function row({ actor, report, comment, readAt }: Notification, isNew: boolean): HTMLLIElement {
  const kinds = [readAt === null && 'unread', isNew && 'new'].filter((kind) => kind !== false);
  const bold = (text: string) => element('bdi', {}, element('b', {}, text));
  return element(
    'li',
    { class: kinds.join(' ') },
    element('span', { class: 'dot', 'aria-hidden': 'true' }),
    element(
      'div',
      {},
      element('p', {}, bold(actor.name), ' commented on ', bold(report.title)),
      element('p', { class: 'quote', dir: 'auto' }, comment.excerpt),
    ),
  );
}

/** The lamp, the switch, and what the numbers say. */
export function startConnectionBox(client: Client, cut: Cut, missed: Missed): { draw(tabs?: number): void } {
  const state = find('state', HTMLParagraphElement);
  const stateText = find('state-text', HTMLSpanElement);
  const button = find('cut', HTMLButtonElement);
  const stage = find('stage', HTMLElement);
  const facts = find('facts', HTMLParagraphElement);
  const figures = (['missed', 'delivered', 'lost'] as const).map(
    (name) => [name, find(name, HTMLElement)] as const,
  );
  let cursor: string | undefined;
  let tabCount = 0;

  function draw(tabs = tabCount): void {
    tabCount = tabs;
    const { status } = client.state;
    stage.classList.toggle('is-cut', cut.isCut);
    state.dataset['status'] = cut.isCut ? 'cut' : status;
    stateText.textContent = cut.isCut ? 'Cut' : stateTexts[status];
    button.textContent = cut.isCut ? 'Heal the connection' : 'Cut the connection';
    button.setAttribute('aria-pressed', String(cut.isCut));
    const { tally } = missed;
    for (const [name, figure] of figures) figure.textContent = String(tally[name]);
    figures[0]?.[1].parentElement?.classList.toggle('is-waiting', tally.isWaiting);
    const tabText = tabCount === 0 ? undefined : `${tabCount} ${tabCount === 1 ? 'tab' : 'tabs'}`;
    const cursorText = cursor === undefined ? undefined : `cursor ${cursor}`;
    facts.textContent = [tabText, cursorText].filter((text) => text !== undefined).join(' · ');
  }

  button.addEventListener('click', () => cut.set(!cut.isCut));
  client.on('frame', ({ id, replayed }) => {
    cursor = id ?? cursor;
    if (replayed) missed.replayed();
    draw();
  });
  client.on('sync', ({ missed: count }) => {
    missed.synced(count);
    draw();
  });
  client.on('state', () => draw());
  draw();
  return { draw };
}
