import type { AnyNotification } from './any-notification.ts';
import { contentOf, type Piece } from './content.ts';
import { button, element, setAttribute, setText } from './dom.ts';
import { icon } from './icons.ts';
import { type Messages, own } from './messages.ts';
import type { Stop } from './rove-focus.ts';
import type { ViewContext } from './view.ts';
import type { Words } from './words.ts';

/** One notification of the list. */
export interface ItemView extends Stop {
  readonly element: HTMLLIElement;
  update(notification: AnyNotification, words: Words, now: number): void;
}

export function createItemView(first: AnyNotification, { actions, hrefOf }: ViewContext): ItemView {
  let notification = first;
  let wasUnread: boolean | undefined;
  let wasArchived: boolean | undefined;
  let drawn: readonly unknown[] = [];
  const id = `n-${first.id}`;

  // Read out before all else; on the screen a dot and the weight say so.
  const unread = element('span', { class: 'hidden-text' });
  const sentence = element('span', { class: 'sentence', id, part: 'item-text' });
  const excerpt = element('span', { class: 'excerpt', part: 'item-excerpt' });
  const byline = element('span', { part: 'item-byline' });
  const time = element('time', { part: 'item-time' });
  const because = element('span', { part: 'item-because' });
  const foot = element('span', { class: 'foot' }, byline, time, because);
  const dot = element('span', { class: 'unread-dot', part: 'unread-dot', 'aria-hidden': 'true' });
  const main = element('a', { class: 'item-link', part: 'item-link' }, dot, unread, sentence, excerpt, foot);
  main.addEventListener('click', (event) => actions.follow(notification, event));
  main.addEventListener('auxclick', (event) => {
    if (event.button === 1) actions.follow(notification, event);
  });
  main.addEventListener('keydown', (event) => {
    // A link without an address does nothing on Enter by itself, and no link does on the space bar, which would scroll.
    const isEnter = event.key === 'Enter' && !main.hasAttribute('href');
    if (!isEnter && event.key !== ' ') return;
    event.preventDefault();
    main.click();
  });

  const read = button('item-action', () => actions.setRead(notification, notification.readAt === null));
  const archive = button('item-action', () =>
    actions.setArchived(notification, notification.archivedAt === null),
  );
  const mute = button('item-action', () => actions.mute(notification), icon('mute'));
  for (const action of [read, archive, mute]) action.setAttribute('aria-describedby', id);
  const shown = element(
    'li',
    { class: 'item' },
    main,
    element('div', { class: 'item-actions' }, read, archive, mute),
  );

  return {
    element: shown,
    main,
    others: [read, archive, mute],
    update(current, words, now) {
      const drawing = [current, words, now];
      if (drawing.every((part, i) => part === drawn[i])) return;
      drawn = drawing;
      const { messages } = words;
      const isUnread = current.readAt === null;
      if (isUnread !== wasUnread) read.replaceChildren(icon(isUnread ? 'check' : 'unread'));
      wasUnread = isUnread;
      const isArchived = current.archivedAt !== null;
      if (isArchived !== wasArchived) archive.replaceChildren(icon(isArchived ? 'unarchive' : 'archive'));
      wasArchived = isArchived;
      notification = current;
      shown.classList.toggle('unread', isUnread);
      setAttribute(shown, 'part', isUnread ? 'item item-unread' : 'item');
      setText(unread, isUnread ? `${messages.unread}: ` : '');
      const content = contentOf(current, words);
      writeSentence(sentence, content.sentence);
      setText(excerpt, content.excerpt);
      excerpt.hidden = content.excerpt === '';
      setText(byline, content.byline === '' ? '' : `${content.byline} · `);
      const at = Date.parse(content.at);
      setText(time, words.ago(at, now));
      setAttribute(time, 'datetime', content.at);
      setAttribute(time, 'title', words.moment(at));
      const why = becauseOf(current, messages);
      setText(because, why === '' ? '' : ` · ${why}`);
      for (const [action, name] of [
        [read, isUnread ? messages.markRead : messages.markUnread],
        [archive, isArchived ? messages.unarchive : messages.archive],
        [mute, [messages.mute, why].filter(Boolean).join(' · ')],
      ] as const) {
        setAttribute(action, 'aria-label', name);
        setAttribute(action, 'title', name);
      }
      const href = hrefOf(current);
      setAttribute(main, 'href', href);
      // Without an address it is no link to a browser: neither to the keyboard nor to a screen reader.
      setAttribute(main, 'role', href === undefined ? 'button' : undefined);
    },
  };
}

/** Why somebody has it; empty for one of a server that does not say. */
function becauseOf({ reason }: AnyNotification, { because }: Messages): string {
  return reason === undefined ? '' : (own(because, reason) ?? because.other);
}

/** Fills `target` with a sentence, its names in bold. */
function writeSentence(target: HTMLElement, sentence: readonly Piece[]): void {
  const text = sentence.map((piece) => piece.text).join('');
  if (target.textContent === text && target.childNodes.length === sentence.length) return;
  // Each name has a direction of its own: one from right to left must not turn the sentence around.
  const nodes = sentence.map(({ text, isName }) =>
    isName ? element('bdi', {}, element('b', {}, text)) : text,
  );
  target.replaceChildren(...nodes);
}
