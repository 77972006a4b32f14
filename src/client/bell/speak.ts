import type { Announcer } from './announcer.ts';
import { connectionText } from './connection-view.ts';
import type { BellModel } from './model.ts';
import { outcomeText } from './undo-view.ts';
import type { Words } from './words.ts';

/** Has said aloud what a screen reader would not notice between the `before` and the `after` of a model. */
export function speakChange(announcer: Announcer, before: BellModel, after: BellModel, words: Words): void {
  const connection = connectionText(after, words);
  const isBack = connection === '' && before.connection.kind !== 'none' && after.list !== 'signed_out';
  if (isBack) announcer.say('connection', () => words.messages.live);
  else if (connection !== '' && after.connection.kind !== before.connection.kind) {
    announcer.say('connection', () => connection);
  }
  const outcome = outcomeText(after, words);
  if (outcome !== '' && outcome !== outcomeText(before, words)) announcer.say('outcome', () => outcome);
}
