import { button, element, setAttribute, setChildren, setText } from './dom.ts';
import { icon } from './icons.ts';
import { createItemView, type ItemView } from './item-view.ts';
import { keepPlace } from './keep-place.ts';
import type { BellModel } from './model.ts';
import { RovingFocus } from './rove-focus.ts';
import type { View, ViewContext } from './view.ts';
import type { Words } from './words.ts';

/** The notifications, the pill "N new" above them, and "Load more" below. */
export function createListView(context: ViewContext): View & { focusFirst(): boolean } {
  const { actions } = context;
  const views = new Map<string, ItemView>();
  const list = element('ul', { class: 'items', role: 'list' });
  const focus = new RovingFocus(list);

  const pillText = element('span');
  const pill = button('new-pill', showNew, icon('up'), pillText);
  // Above what scrolls, so that it takes no room from the list: it would move it after all.
  const pillPlace = element('div', { class: 'pill-place' }, pill);
  const more = button('load-more', () => actions.loadMore());
  const scroller = element('div', { class: 'scroller', part: 'list' }, list, more);

  function showNew(): void {
    actions.showHeldBack();
    scroller.scrollTop = 0;
    focus.focusFirst();
  }

  function updateItems({ items, now }: BellModel, words: Words): void {
    const hadFocus = focus.hasFocus;
    const isSame = items.length === views.size && [...views.keys()].every((id, i) => id === items[i]?.id);
    const shown = items.map((notification) => {
      const view = views.get(notification.id) ?? createItemView(notification, context);
      view.update(notification, words, now);
      return [notification.id, view] as const;
    });
    if (isSame) return;
    views.clear();
    for (const [id, view] of shown) views.set(id, view);
    const all = [...views.values()];
    keepPlace(scroller, list, () => {
      setChildren(
        list,
        all.map((view) => view.element),
      );
    });
    focus.setStops(all, hadFocus);
  }

  return {
    element: element('div', { class: 'list' }, pillPlace, scroller),
    focusFirst: () => focus.focusFirst(),
    update(model, words) {
      const { messages } = words;
      updateItems(model, words);
      setAttribute(list, 'aria-label', messages.title);
      pillPlace.hidden = model.heldBack === 0;
      if (model.heldBack > 0) setText(pillText, words.count(messages.showNew, model.heldBack));
      more.hidden = model.more === 'none';
      // Disabled for good it would lose the focus.
      setAttribute(more, 'aria-disabled', String(model.more === 'loading'));
      const moreTexts = {
        none: '',
        ready: messages.loadMore,
        loading: messages.loading,
        failed: messages.retry,
      };
      setText(more, moreTexts[model.more]);
    },
  };
}
