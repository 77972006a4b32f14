import { createConnectionView } from './connection-view.ts';
import { element } from './dom.ts';
import { createHeaderView } from './header-view.ts';
import { createListView } from './list-view.ts';
import { screenOf } from './model.ts';
import { createNoticeView } from './notice-view.ts';
import { createSkeletonView } from './skeleton-view.ts';
import { createUndoView } from './undo-view.ts';
import type { View, ViewContext } from './view.ts';

/** The panel: what the bell opens. */
export interface PanelView extends View {
  /** Puts the focus where one goes on from: the first notification, or the head when there is none. */
  focusIn(): void;
}

export function createPanelView(context: ViewContext): PanelView {
  const header = createHeaderView(context);
  const list = createListView(context);
  const views = [
    header,
    createConnectionView(),
    list,
    createSkeletonView(),
    createNoticeView(context),
    createUndoView(context),
  ];
  const panel = element(
    'div',
    // A popover lies above everything, closes on Escape and on a click elsewhere, and gives the focus back.
    {
      part: 'panel',
      class: 'panel',
      role: 'dialog',
      'aria-labelledby': 'title',
      popover: 'auto',
      tabindex: '-1',
    },
    ...views.map((view) => view.element),
  );

  function focusIn(): void {
    if (!list.element.hidden && list.focusFirst()) return;
    if (header.focusFilter()) return;
    panel.focus();
  }

  return {
    element: panel,
    focusIn,
    update(model, words) {
      const hadFocus = panel.matches(':focus-within');
      list.element.hidden = screenOf(model) !== 'list';
      for (const view of views) view.update(model, words);
      // What had the focus may be gone now; without it neither Escape nor Tab would know where they are.
      if (hadFocus && !panel.matches(':focus-within')) focusIn();
    },
  };
}
