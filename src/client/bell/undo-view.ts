import { button, element, setText } from './dom.ts';
import type { BellModel, Undoable } from './model.ts';
import type { View, ViewContext } from './view.ts';
import type { Words } from './words.ts';

/** The line at the panel's foot: what was just done, and how to take it back; or that it could not be done. */
export function createUndoView({ actions }: ViewContext): View {
  const text = element('span', { class: 'undo-text' });
  const undo = button('undo-button', () => actions.undo());
  const line = element('div', { class: 'undo', part: 'undo' }, text, undo);
  return {
    element: line,
    update(model, words) {
      const said = outcomeText(model, words);
      line.hidden = said === '';
      setText(text, said);
      const label = undoLabel(model.undoable, words);
      undo.hidden = label === '';
      setText(undo, label);
    },
  };
}

function undoLabel(undoable: Undoable, words: Words): string {
  if (undoable === undefined) return '';
  if (undoable.kind !== 'allRead' || undoable.undone === undoable.count) return words.messages.undo;
  return undoable.undone === 0 ? '' : words.count(words.messages.undoLatest, undoable.undone);
}

/** What became of the last action; empty when there is nothing to say. */
export function outcomeText(
  { undoable, actionFailed }: Pick<BellModel, 'undoable' | 'actionFailed'>,
  words: Words,
): string {
  const { messages } = words;
  if (actionFailed) return messages.actionFailed;
  if (undoable === undefined) return '';
  return undoable.kind === 'allRead'
    ? words.count(messages.allRead, undoable.count)
    : messages[undoable.kind];
}
