import { element, setAttribute, setText } from './dom.ts';
import { icon } from './icons.ts';
import { awaiting } from './model.ts';
import type { View } from './view.ts';

/** Between two swings, in milliseconds: what comes in a burst is one swing. */
const restMs = 3_000;

/** The bell itself, with its badge. It swings when something new has come. */
export function createButtonView(): View & { readonly element: HTMLButtonElement } {
  const picture = icon('bell');
  const badge = element('span', { part: 'badge', class: 'badge', 'aria-hidden': 'true' });
  const bell = element('button', {
    type: 'button',
    part: 'button',
    class: 'bell',
    'aria-haspopup': 'dialog',
  });
  bell.append(picture, badge);

  let rings = 0;
  let swungAt = -Infinity;
  const swing = () => {
    const now = performance.now();
    if (now - swungAt < restMs || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    swungAt = now;
    const turns = ['0deg', '12deg', '-12deg', '0deg'];
    picture.animate({ rotate: turns, offset: [0, 0.25, 0.65, 1] }, { duration: 300, easing: 'ease-in-out' });
  };

  return {
    element: bell,
    update(model, words) {
      const count = awaiting(model);
      const { messages } = words;
      setAttribute(bell, 'aria-label', count === 0 ? messages.title : words.count(messages.waiting, count));
      setAttribute(bell, 'aria-expanded', String(model.isOpen));
      setAttribute(bell, 'data-connection', model.connection.kind);
      const isDot = model.badge === 'dot';
      setText(badge, count === 0 || isDot ? '' : words.upTo99(count));
      badge.classList.toggle('dot', isDot);
      badge.hidden = count === 0;
      if (model.rings > rings && count > 0) swing();
      rings = model.rings;
    },
  };
}
