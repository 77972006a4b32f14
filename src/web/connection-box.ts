import type { Client } from '../client/client.ts';
import { Announcer } from '../client/bell/announcer.ts';
import type { Cut } from './cut.ts';
import { find } from './find.ts';
import type { Missed, Tally } from './tally.ts';

const stateTexts = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
  signedOut: 'Signed out: the token has ended',
  closed: 'Closed',
} satisfies Record<Client['state']['status'], string>;

/** The lamp, the switch, and what the numbers say: to the eye, and to a screen reader. */
export function startConnectionBox(client: Client, cut: Cut, missed: Missed): { draw(tabs?: number): void } {
  const state = find('state', HTMLParagraphElement);
  const stateText = find('state-text', HTMLSpanElement);
  const button = find('cut', HTMLButtonElement);
  const stage = find('stage', HTMLElement);
  const facts = find('facts', HTMLParagraphElement);
  const figures = (['missed', 'delivered', 'lost'] as const).map(
    (name) => [name, find(name, HTMLElement)] as const,
  );
  const announcer = new Announcer();
  document.body.append(announcer.element);
  let cursor: string | undefined;
  let tabCount = 0;
  let wasCut = cut.isCut;
  let figuresText = textOf(missed.tally);

  function announce(): void {
    if (cut.isCut !== wasCut) {
      wasCut = cut.isCut;
      announcer.say('cut', () => `The connection is ${cut.isCut ? 'cut' : 'healed'}.`);
    }
    if (textOf(missed.tally) === figuresText) return;
    figuresText = textOf(missed.tally);
    announcer.say('figures', () => textOf(missed.tally));
  }

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
    announce();
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

function textOf({ missed, delivered, lost }: Tally): string {
  return `${missed} missed, ${delivered} delivered, ${lost} lost.`;
}
