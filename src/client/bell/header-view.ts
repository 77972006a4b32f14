import { button, element, setAttribute, setText } from './dom.ts';
import { icon } from './icons.ts';
import type { Filter } from './model.ts';
import type { View, ViewContext } from './view.ts';

const filters: readonly Filter[] = ['all', 'unread', 'archived'];
const names = { all: 'all', unread: 'unread', archived: 'archivedOnes' } as const;

export interface HeaderView extends View {
  /** @returns whether there is one to focus. */
  focusFilter(): boolean;
}

/** The panel's head: its title, the three filters, and what concerns all of them. */
export function createHeaderView({ actions }: ViewContext): HeaderView {
  const title = element('h2', { class: 'title', part: 'title', id: 'title' });
  const markAll = button('mark-all', () => actions.markAllRead(), icon('checks'));
  const close = button('close', () => actions.close(), icon('close'));
  const unreadCount = element('span', { class: 'tab-count', part: 'tab-count' });
  const tabText = { all: element('span'), unread: element('span'), archived: element('span') };
  const tabs = {
    all: button('tab', () => actions.filterBy('all'), tabText.all),
    unread: button('tab', () => actions.filterBy('unread'), tabText.unread, unreadCount),
    archived: button('tab', () => actions.filterBy('archived'), tabText.archived),
  };
  const bar = element('div', { class: 'tabs', role: 'group' }, ...filters.map((filter) => tabs[filter]));
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    // In the direction in which one reads.
    const forward = getComputedStyle(bar).direction === 'rtl' ? -step : step;
    const at = filters.findIndex((filter) => tabs[filter] === event.target);
    const next = filters[Math.max(0, Math.min(at + forward, filters.length - 1))];
    if (next !== undefined) tabs[next].focus();
  });
  let chosen: Filter = 'all';

  return {
    element: element(
      // No <header>: that would be a second banner to the page.
      'div',
      { class: 'header', part: 'header' },
      element('div', { class: 'title-row' }, title, markAll, close),
      bar,
    ),
    focusFilter() {
      if (!bar.hidden) tabs[chosen].focus();
      return !bar.hidden;
    },
    update(model, words) {
      const { messages } = words;
      chosen = model.filter;
      setText(title, messages.title);
      setAttribute(bar, 'aria-labelledby', 'title');
      for (const filter of filters) {
        setText(tabText[filter], messages[names[filter]]);
        setAttribute(tabs[filter], 'aria-pressed', String(filter === chosen));
        setAttribute(tabs[filter], 'part', filter === chosen ? 'tab tab-chosen' : 'tab');
      }
      unreadCount.hidden = model.counts.unread === 0;
      setText(unreadCount, words.upTo99(model.counts.unread));
      for (const [action, name] of [
        [markAll, messages.markAllRead],
        [close, messages.close],
      ] as const) {
        setAttribute(action, 'aria-label', name);
        setAttribute(action, 'title', name);
      }
      bar.hidden = model.list === 'signed_out';
      markAll.hidden =
        model.list === 'signed_out' ||
        model.filter === 'archived' ||
        (model.counts.unread === 0 && model.undoable?.kind !== 'allRead');
      setAttribute(markAll, 'aria-disabled', String(model.counts.unread === 0));
    },
  };
}
