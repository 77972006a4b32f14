import type { BellActions } from './actions.ts';
import type { AnyNotification } from './any-notification.ts';
import type { BellModel } from './model.ts';
import type { Words } from './words.ts';

/** What a view needs beside the model. */
export interface ViewContext {
  readonly actions: BellActions;
  /** Where a notification leads; undefined when it leads nowhere. */
  readonly hrefOf: (notification: AnyNotification) => string | undefined;
}

/** A part of the screen: made once, and brought up to date whenever something has changed. */
export interface View {
  readonly element: HTMLElement;
  update(model: BellModel, words: Words): void;
}
