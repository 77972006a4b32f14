import { element, setText } from './dom.ts';
import { screenOf } from './model.ts';
import type { View } from './view.ts';

const rows = 4;

/** Grey bars in the shape of what is about to come. */
export function createSkeletonView(): View {
  const text = element('p', { class: 'hidden-text' });
  const bars = Array.from({ length: rows }, () =>
    element(
      'div',
      { class: 'bars', 'aria-hidden': 'true' },
      element('span'),
      element('span'),
      element('span'),
    ),
  );
  const skeleton = element('div', { class: 'skeleton', part: 'skeleton' }, text, ...bars);
  return {
    element: skeleton,
    update(model, { messages }) {
      skeleton.hidden = screenOf(model) !== 'skeleton';
      setText(text, messages.loading);
    },
  };
}
