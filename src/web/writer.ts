import type { Comment } from '../domain/comment.ts';
import type { Report } from '../domain/report.ts';
import { element } from '../client/bell/dom.ts';
import { ask, AskError } from './ask.ts';
import { clock } from './clock.ts';
import { find } from './find.ts';
import type { Identity } from './identities.ts';

const shownComments = 50;

/** What "Send five" says. */
const five = [
  'Loved chapter two.',
  'Chapter three drags a little.',
  'But what an ending!',
  'Who is next on the list?',
  'I can lend mine to anybody.',
];

export interface Writer {
  /** A comment was written elsewhere: in another tab, or from a terminal. */
  heardOf(commentId: string): void;
}

/** The window of who writes. @param onAccepted called for each comment that the server has accepted from here */
export function startWriter(writer: Identity, report: Report, onAccepted: () => void): Writer {
  const list = find('comments', HTMLOListElement);
  const form = find('write', HTMLFormElement);
  const body = find('body', HTMLTextAreaElement);
  const outcome = find('outcome', HTMLOutputElement);
  const path = `/reports/${report.id}/comments`;
  const known = new Set<string>();

  function show(comment: Comment): void {
    if (known.has(comment.id)) return;
    known.add(comment.id);
    const text = element('p', { dir: 'auto' }, comment.body);
    const by = element(
      'footer',
      {},
      element('bdi', {}, comment.author.name),
      ` · ${clock(comment.createdAt)}`,
    );
    list.append(element('li', {}, text, by));
    while (list.children.length > shownComments) list.firstElementChild?.remove();
    list.scrollTop = list.scrollHeight;
  }

  async function send(text: string): Promise<void> {
    const start = performance.now();
    try {
      const comment = (await ask(await writer.token(), 'POST', path, { body: text })) as Comment;
      say(`201 in ${Math.max(1, Math.round(performance.now() - start))} ms`);
      onAccepted();
      show(comment);
    } catch (error) {
      say(error instanceof AskError ? error.message : 'The server does not answer.', 'fault');
      throw error;
    }
  }

  function say(text: string, kind = 'done'): void {
    outcome.value = text;
    outcome.dataset['kind'] = kind;
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = body.value;
    if (text.trim() === '') {
      body.focus();
      return;
    }
    body.value = '';
    // What was not accepted must not be gone; what was typed since is more recent.
    send(text).catch(() => (body.value ||= text));
  });
  body.addEventListener('keydown', (event) => {
    // Not while an input method still composes: its Enter ends a syllable.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  find('five', HTMLButtonElement).addEventListener('click', () => {
    // One after the other, so that they arrive in this order; the first that fails has said why.
    void (async () => {
      for (const text of five) await send(text);
    })().catch(() => undefined);
  });

  void latest(writer, path)
    .then((comments) => comments.forEach(show))
    .catch(() => say('The comments could not be loaded.', 'fault'));

  return {
    heardOf(commentId) {
      if (known.has(commentId)) return;
      void writer
        .token()
        .then((token) => ask(token, 'GET', `${path}/${commentId}`))
        .then((comment) => show(comment as Comment))
        .catch(() => undefined); // Only the copy on this side is missing; it is there after a reload.
    },
  };
}

/** The newest comments, oldest first: the API lists from the beginning, so this goes to the last page. */
async function latest(writer: Identity, path: string): Promise<readonly Comment[]> {
  let comments: readonly Comment[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await ask(await writer.token(), 'GET', `${path}?limit=100${query}`)) as {
      data: readonly Comment[];
      nextCursor: string | null;
    };
    comments = [...comments, ...page.data].slice(-shownComments);
    cursor = page.nextCursor;
  }
  return comments;
}
