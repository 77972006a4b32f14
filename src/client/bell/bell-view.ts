import { Announcer } from './announcer.ts';
import { createButtonView } from './button-view.ts';
import { setAttribute } from './dom.ts';
import type { BellModel } from './model.ts';
import { createPanelView } from './panel-view.ts';
import { followBell } from './place-panel.ts';
import { adoptStyles } from './styles/adopt.ts';
import type { ViewContext } from './view.ts';
import type { Words } from './words.ts';

export interface BellViewContext extends ViewContext {
  /** The panel was opened or closed, by whatever means. */
  readonly onToggle: (isOpen: boolean) => void;
  /** Somebody is about to open it, by the look of it. */
  readonly onApproach: () => void;
}

/** The whole bell on the screen: a function of its model. */
export interface BellView {
  readonly announcer: Announcer;
  open(): void;
  close(): void;
  update(model: BellModel, words: Words, language: string): void;
}

/** Draws a bell into `root`, under any content security policy: no markup from strings, no style attributes. */
export function createBellView(root: ShadowRoot, context: BellViewContext): BellView {
  const bell = createButtonView();
  const panel = createPanelView(context);
  const announcer = new Announcer();
  adoptStyles(root);
  root.replaceChildren(bell.element, panel.element, announcer.element);

  // By the browser's own hand: a click on the bell closes an open panel, instead of letting the popover close it as a
  // click elsewhere and then opening it again.
  bell.element.popoverTargetElement = panel.element;
  let hadFocus = false;
  let wasOpen = false;
  let unfollow: (() => void) | undefined;
  panel.element.addEventListener('beforetoggle', ({ newState }) => {
    if (newState === 'closed') hadFocus = panel.element.matches(':focus-within');
    // Before it is shown, so that its first frame is right.
    else context.onToggle(true);
  });
  panel.element.addEventListener('toggle', ({ newState }) => {
    const isOpen = newState === 'open';
    unfollow?.();
    unfollow = isOpen ? followBell(panel.element, bell.element) : undefined;
    context.onToggle(isOpen);
    if (isOpen) panel.focusIn();
    // Browsers would do so themselves, but not out of a shadow root.
    else if (hadFocus && isFocusNowhere()) bell.element.focus();
  });
  panel.element.addEventListener('focusout', ({ relatedTarget }) => {
    // Whoever tabs on is done here; null is a click on something that takes no focus, or another window.
    const isInside = relatedTarget === null || root.contains(relatedTarget as Node);
    if (!isInside) panel.element.hidePopover();
  });
  /** Whoever clicked elsewhere is there by now; what was hidden may have the focus for a moment still. */
  function isFocusNowhere(): boolean {
    const { activeElement } = root;
    if (activeElement !== null) return panel.element.contains(activeElement);
    return document.activeElement === null || document.activeElement === document.body;
  }
  for (const approach of ['pointerenter', 'focus']) {
    bell.element.addEventListener(approach, context.onApproach);
  }

  return {
    announcer,
    open() {
      if (!panel.element.matches(':popover-open')) panel.element.showPopover();
    },
    close: () => panel.element.hidePopover(),
    update(model, words, language) {
      bell.update(model, words);
      // Once more when it has been closed: a closed panel holds nothing, and is not drawn.
      if (model.isOpen || wasOpen) {
        // Written again, it would cost a browser the style of the whole panel.
        setAttribute(panel.element, 'lang', language);
        panel.update(model, words);
      }
      wasOpen = model.isOpen;
    },
  };
}
