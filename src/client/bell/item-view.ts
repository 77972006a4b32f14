import type { AnyNotification } from './any-notification.ts';
import { button, element, setAttribute, setText } from './dom.ts';
import { icon } from './icons.ts';
import { own, piecesOf } from './messages.ts';
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
  let drawn: readonly unknown[] = [];
  const id = `n-${first.id}`;

  // Read out before all else; on the screen a dot and the weight say so.
  const unread = element('span', { class: 'hidden-text' });
  const sentence = element('span', { class: 'sentence', id, part: 'item-text' });
  const excerpt = element('span', { class: 'excerpt', part: 'item-excerpt' });
  const time = element('time', { part: 'item-time', datetime: first.createdAt });
  const dot = element('span', { class: 'unread-dot', part: 'unread-dot', 'aria-hidden': 'true' });
  const main = element('a', { class: 'item-link', part: 'item-link' }, dot, unread, sentence, excerpt, time);
  main.addEventListener('click', (event) => actions.follow(notification, event));
  main.addEventListener('auxclick', (event) => {
    if (event.button === 1) actions.follow(notification, event);
  });
  main.addEventListener('keydown', (event) => {
    // A link without an address does nothing on Enter by itself.
    if (event.key === 'Enter' && !main.hasAttribute('href')) main.click();
  });

  const read = button('item-action', () => actions.setRead(notification, notification.readAt === null));
  const archive = button('item-action', () => actions.archive(notification), icon('archive'));
  for (const action of [read, archive]) action.setAttribute('aria-describedby', id);
  const shown = element(
    'li',
    { class: 'item' },
    main,
    element('div', { class: 'item-actions' }, read, archive),
  );

  return {
    element: shown,
    main,
    others: [read, archive],
    update(current, words, now) {
      const drawing = [current, words, now];
      if (drawing.every((part, i) => part === drawn[i])) return;
      drawn = drawing;
      const { messages } = words;
      const isUnread = current.readAt === null;
      if (isUnread !== wasUnread) read.replaceChildren(icon(isUnread ? 'check' : 'unread'));
      wasUnread = isUnread;
      notification = current;
      shown.classList.toggle('unread', isUnread);
      setAttribute(shown, 'part', isUnread ? 'item item-unread' : 'item');
      setText(unread, isUnread ? `${messages.unread}: ` : '');
      writeSentence(sentence, current, own(messages.types, current.type) ?? messages.types.other);
      setText(excerpt, current.comment?.excerpt ?? '');
      const at = Date.parse(current.createdAt);
      setText(time, words.ago(at, now));
      setAttribute(time, 'title', words.moment(at));
      for (const [action, name] of [
        [read, isUnread ? messages.markRead : messages.markUnread],
        [archive, messages.archive],
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

/** Fills `target` with what `template` says of `notification`, its names in bold. */
function writeSentence(target: HTMLElement, { actor, report }: AnyNotification, template: string): void {
  const names: Readonly<Record<string, string>> = { actor: actor?.name ?? '', report: report?.title ?? '' };
  const parts = piecesOf(template).map((piece) => {
    if (typeof piece === 'string') return document.createTextNode(piece);
    // Each in a direction of its own: a name from right to left must not turn the sentence around.
    return element('bdi', {}, element('b', {}, own(names, piece.name) ?? ''));
  });
  const text = parts.map((part) => part.textContent).join('');
  if (target.textContent !== text || target.childNodes.length !== parts.length)
    target.replaceChildren(...parts);
}
