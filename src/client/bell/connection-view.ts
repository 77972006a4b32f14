import { element, setText } from './dom.ts';
import { fill } from './messages.ts';
import { type BellModel, screenOf } from './model.ts';
import type { View } from './view.ts';
import type { Words } from './words.ts';

/** The line that says that what one sees may be old. */
export function createConnectionView(): View {
  const text = element('span');
  const line = element(
    'div',
    { class: 'connection', part: 'connection' },
    element('span', { class: 'connection-dot', 'aria-hidden': 'true' }),
    text,
  );
  return {
    element: line,
    update(model, words) {
      const said = connectionText(model, words);
      line.hidden = said === '';
      line.dataset['kind'] = model.connection.kind;
      setText(text, said);
    },
  };
}

/** What is to be said of the connection; empty while it is good. */
export function connectionText(model: BellModel, words: Words): string {
  const { connection } = model;
  switch (connection.kind) {
    case 'none':
      return '';
    case 'reconnecting':
      return words.messages.reconnecting;
    case 'offline':
      return fill(textOf(model, words), { time: words.clock(connection.since) });
  }
}

/** "Showing what was there" is true of a list alone. */
function textOf(model: BellModel, { messages }: Words): string {
  return screenOf(model) === 'list' ? messages.offline : messages.offlineSince;
}
