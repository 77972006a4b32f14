import type { Preference } from '../choices.ts';
import { button, element, setText } from './dom.ts';
import type { Messages } from './messages.ts';
import { own } from './messages.ts';
import { type Named, screenOf, type SettingsModel } from './model.ts';
import type { View, ViewContext } from './view.ts';

const preferences: readonly Preference[] = ['on', 'quiet', 'off'];

/** What one hears of, what is muted, and who is blocked. */
export function createSettingsView({ actions }: ViewContext): View {
  const hear = section();
  const hint = element('p', { class: 'settings-hint' });
  const muted = section();
  const blocked = section();
  const retry = button('settings-retry', () => actions.openSettings());
  const page = element(
    'div',
    { class: 'settings', part: 'settings' },
    hear.element,
    hint,
    muted.element,
    blocked.element,
    retry,
  );
  let drawn: readonly unknown[] = [];

  function draw({ status, inbox, muted: topics, blocked: people }: SettingsModel, messages: Messages): void {
    const isReady = status === 'ready';
    for (const one of [hear.element, hint, muted.element, blocked.element]) one.hidden = !isReady;
    retry.hidden = status !== 'failed';
    setText(retry, messages.retry);
    setText(hint, messages.quietHint);
    if (!isReady) return;
    const names = [...new Set([...Object.keys(messages.hearOf), ...Object.keys(inbox)])];
    // What holds for everything else comes last.
    names.sort((a, b) => Number(a === '*') - Number(b === '*'));
    hear.fill(
      messages.hear,
      messages,
      names.map((name) =>
        preferenceRow(name, inbox, messages, (preference) => actions.setPreference(name, preference)),
      ),
    );
    const row = (label: string, act: (id: string) => void) => (one: Named) =>
      actionRow(one, label, () => act(one.id));
    muted.fill(
      messages.mutedTopics,
      messages,
      topics.map(row(messages.unmute, (topic) => actions.unmute(topic))),
    );
    blocked.fill(
      messages.blockedPeople,
      messages,
      people.map(row(messages.unblock, (userId) => actions.unblock(userId))),
    );
  }

  return {
    element: page,
    update(model, { messages }) {
      page.hidden = screenOf(model) !== 'settings';
      if (page.hidden || model.settings === undefined) return;
      const drawing = [model.settings, messages];
      if (drawing.every((part, i) => part === drawn[i])) return;
      drawn = drawing;
      // Whoever has the focus on a row keeps it there, or on the row that took its place.
      const rows = () => [...page.querySelectorAll<HTMLElement>('select, li button')];
      const focused = rows().findIndex((one) => one.matches(':focus'));
      draw(model.settings, messages);
      if (focused >= 0) (rows()[focused] ?? rows().at(-1))?.focus();
    },
  };
}

function section() {
  const title = element('h3', { class: 'settings-title' });
  const list = element('ul', { class: 'settings-list', role: 'list' });
  return {
    element: element('section', {}, title, list),
    fill(name: string, { nothing }: Messages, rows: readonly HTMLLIElement[]): void {
      setText(title, name);
      const none = element('li', { class: 'settings-row settings-none' }, nothing);
      list.replaceChildren(...(rows.length > 0 ? rows : [none]));
    },
  };
}

function preferenceRow(
  name: string,
  inbox: SettingsModel['inbox'],
  messages: Messages,
  set: (preference: Preference) => void,
): HTMLLIElement {
  const [type = ''] = name.split('/');
  const present = own(inbox, name) ?? own(inbox, type) ?? inbox['*'] ?? 'on';
  const select = element('select', { class: 'settings-select', part: 'settings-select' });
  for (const one of preferences) {
    const option = element('option', { value: one }, messages.preferences[one]);
    option.selected = one === present;
    select.append(option);
  }
  select.addEventListener('change', () => set(select.value as Preference));
  const text = element('bdi', {}, own(messages.hearOf, name) ?? name);
  return element('li', {}, element('label', { class: 'settings-row' }, text, select));
}

function actionRow({ name }: Named, label: string, act: () => void): HTMLLIElement {
  const does = button('settings-action', act, label);
  // Several rows have this button: each says whose it is.
  does.setAttribute('aria-label', `${label}: ${name}`);
  return element('li', { class: 'settings-row' }, element('bdi', {}, name), does);
}
