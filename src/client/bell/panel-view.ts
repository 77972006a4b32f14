import { createConnectionView } from './connection-view.ts';
import { element } from './dom.ts';
import { createHeaderView } from './header-view.ts';
import { createListView } from './list-view.ts';
import { type Screen, screenOf } from './model.ts';
import { createNoticeView } from './notice-view.ts';
import { createSettingsView } from './settings-view.ts';
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
  const settings = createSettingsView(context);
  const views = [
    header,
    createConnectionView(),
    list,
    settings,
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

  let screen: Screen = 'skeleton';
  /** Whether the focus waits in the head for a list that is on its way. */
  let isFocusWaiting = false;
  for (const type of ['keydown', 'pointerdown']) {
    // Whoever does something here meanwhile is where they want to be.
    panel.addEventListener(type, () => (isFocusWaiting = false));
  }

  function focusIn(): void {
    const isInList = screen === 'list' && list.focusFirst();
    if (!isInList && !header.focusFirst()) panel.focus();
  }

  return {
    element: panel,
    focusIn() {
      focusIn();
      isFocusWaiting = screen !== 'list';
    },
    update(model, words) {
      const hadFocus = panel.matches(':focus-within');
      const before = screen;
      screen = screenOf(model);
      list.element.hidden = screen !== 'list';
      for (const view of views) view.update(model, words);
      if (!hadFocus) return;
      // The button that leads to the settings, and the one that leads back, take each other's place.
      if ((before === 'settings') !== (screen === 'settings')) {
        header.focusPage();
        return;
      }
      // What had the focus may be gone now; without it neither Escape nor Tab would know where they are.
      if (!panel.matches(':focus-within') || (isFocusWaiting && screen === 'list')) focusIn();
      if (screen === 'list') isFocusWaiting = false;
    },
  };
}
