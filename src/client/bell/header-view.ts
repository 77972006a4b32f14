import { button, element, setAttribute, setText } from './dom.ts';
import { icon } from './icons.ts';
import { type Filter, screenOf } from './model.ts';
import type { View, ViewContext } from './view.ts';

const filters: readonly Filter[] = ['all', 'unread', 'archived'];
const names = { all: 'all', unread: 'unread', archived: 'archivedOnes' } as const;

export interface HeaderView extends View {
  /** @returns whether there is something to focus: the filter that was chosen, or the way back from the settings. */
  focusFirst(): boolean;
  /** Focuses what leads to the settings, or back from them. */
  focusPage(): void;
}

/** The panel's head: its title, the three filters, and what concerns all of them. */
export function createHeaderView({ actions }: ViewContext): HeaderView {
  const title = element('h2', { class: 'title', part: 'title', id: 'title' });
  const markAll = button('mark-all', () => actions.markAllRead(), icon('checks'));
  const settings = button('open-settings', () => actions.openSettings(), icon('settings'));
  const back = button('back', () => actions.closeSettings(), icon('back'));
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
      element('div', { class: 'title-row' }, back, title, markAll, settings, close),
      bar,
    ),
    focusFirst() {
      if (!back.hidden) back.focus();
      else if (!bar.hidden) tabs[chosen].focus();
      return !back.hidden || !bar.hidden;
    },
    focusPage: () => (back.hidden ? settings : back).focus(),
    update(model, words) {
      const { messages } = words;
      chosen = model.filter;
      const isSettings = screenOf(model) === 'settings';
      setText(title, isSettings ? messages.settings : messages.title);
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
        [settings, messages.settings],
        [back, messages.back],
        [close, messages.close],
      ] as const) {
        setAttribute(action, 'aria-label', name);
        setAttribute(action, 'title', name);
      }
      back.hidden = !isSettings;
      settings.hidden = isSettings || model.list === 'signed_out';
      bar.hidden = isSettings || model.list === 'signed_out';
      markAll.hidden =
        isSettings ||
        model.list === 'signed_out' ||
        model.filter === 'archived' ||
        (model.counts.unread === 0 && model.undoable?.kind !== 'allRead');
      setAttribute(markAll, 'aria-disabled', String(model.counts.unread === 0));
    },
  };
}
