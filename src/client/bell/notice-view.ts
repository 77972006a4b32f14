import { button, element, setText } from './dom.ts';
import { icon } from './icons.ts';
import { screenOf } from './model.ts';
import type { View, ViewContext } from './view.ts';

/** What stands where the list would be: nothing there, nothing to be had, nobody signed in. */
export function createNoticeView({ actions }: ViewContext): View {
  const title = element('p', { class: 'notice-title' });
  const hint = element('p', { class: 'notice-hint' });
  const retry = button('retry', () => actions.retry());
  const picture = element('div', { class: 'notice-picture' }, icon('bell'));
  const notice = element('div', { class: 'notice', part: 'notice' }, picture, title, hint, retry);
  return {
    element: notice,
    update(model, { messages }) {
      const texts = {
        settings: undefined,
        skeleton: undefined,
        list: undefined,
        empty: [messages.empty, messages.emptyHint],
        empty_unread: [messages.emptyUnread, messages.emptyUnreadHint],
        empty_archived: [messages.emptyArchived, messages.emptyArchivedHint],
        failed: [messages.loadingFailed, messages.loadingFailedHint],
        signed_out: [messages.signedOut, messages.signedOutHint],
      } as const;
      const screen = screenOf(model);
      const [titleText = '', hintText = ''] = texts[screen] ?? [];
      notice.hidden = texts[screen] === undefined;
      setText(title, titleText);
      setText(hint, hintText);
      setText(retry, messages.retry);
      retry.hidden = screen !== 'failed';
    },
  };
}
