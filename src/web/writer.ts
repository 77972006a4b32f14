import type { Comment } from '../domain/comment.ts';
import type { Report } from '../domain/report.ts';
import { element } from '../client/bell/dom.ts';
import type { Person } from '../domain/actor.ts';
import { ask, AskError } from './ask.ts';
import { clock } from './clock.ts';
import { find } from './find.ts';
import { createCompose, type Draft } from './compose.ts';
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

/** Who can be mentioned, beside who hears. */
const carol: Person = { id: 'carol', name: 'Carol' };

export interface Writer {
  /** A comment was written elsewhere: in another tab, or from a terminal. */
  heardOf(commentId: string): void;
}

/** The window of who writes. @param onAccepted called for each comment that the server has accepted from here */
export function startWriter(
  writer: Identity,
  hearer: Identity,
  report: Report,
  onAccepted: () => void,
): Writer {
  const list = find('comments', HTMLOListElement);
  const form = find('write', HTMLFormElement);
  const body = find('body', HTMLTextAreaElement);
  const outcome = find('outcome', HTMLOutputElement);
  const path = `/reports/${report.id}/comments`;
  const rows = new Map<string, HTMLLIElement>();
  const compose = createCompose([hearer.person, carol]);

  function show(comment: Comment): void {
    if (comment.deletedAt !== null) return;
    const row = rowOf(comment);
    const before = rows.get(comment.id);
    rows.set(comment.id, row);
    if (before !== undefined) {
      before.replaceWith(row);
      return;
    }
    list.append(row);
    while (list.children.length > shownComments) list.firstElementChild?.remove();
    list.scrollTop = list.scrollHeight;
  }

  function rowOf(comment: Comment): HTMLLIElement {
    const text = element('p', { dir: 'auto' }, comment.body);
    const edited = comment.editedAt === null ? '' : ' · edited';
    const by = element(
      'footer',
      {},
      element('bdi', {}, comment.author.name),
      ` · ${clock(comment.createdAt)}${edited}`,
    );
    const does = (name: string, act: () => void) => {
      const button = element('button', { type: 'button', class: 'quiet' }, name);
      button.addEventListener('click', act);
      return button;
    };
    const isOwn = comment.author.id === writer.person.id;
    const own = isOwn
      ? [
          does('Edit', () => compose.edit(comment)),
          does('Delete', () => void remove(comment).catch(() => undefined)),
        ]
      : [];
    by.append(
      element(
        'span',
        { class: 'acts' },
        does('Reply', () => compose.replyTo(comment)),
        ...own,
      ),
    );
    return element('li', { class: comment.parentId === null ? '' : 'reply' }, text, by);
  }

  /** Does one request, and says how long it took, or what the server says against it. */
  async function timed<T>(status: number, request: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      const answer = await request();
      say(`${status} in ${Math.max(1, Math.round(performance.now() - start))} ms`);
      return answer;
    } catch (error) {
      say(error instanceof AskError ? error.message : 'The server does not answer.', 'fault');
      throw error;
    }
  }

  async function send({ body, mentions, parentId, edited }: Draft): Promise<void> {
    const comment = await timed(edited === undefined ? 201 : 200, async () => {
      const token = await writer.token();
      return (
        edited === undefined
          ? await ask(token, 'POST', path, { body, mentions, parentId })
          : await ask(token, 'PATCH', `${path}/${edited.id}`, { body, mentions })
      ) as Comment;
    });
    if (edited === undefined) onAccepted();
    show(comment);
  }

  async function remove({ id }: Comment): Promise<void> {
    await timed(204, async () => ask(await writer.token(), 'DELETE', `${path}/${id}`));
    rows.get(id)?.remove();
  }

  function say(text: string, kind = 'done'): void {
    outcome.value = text;
    outcome.dataset['kind'] = kind;
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const draft = compose.take();
    // What was not accepted must not be gone; what was typed since is more recent.
    if (draft !== undefined) send(draft).catch(() => compose.giveBack(draft));
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
      for (const text of five) await send({ body: text, mentions: [], parentId: null, edited: undefined });
    })().catch(() => undefined);
  });

  find('shop', HTMLButtonElement).addEventListener('click', () => {
    void timed(201, async () => ask('', 'POST', '/live-page/publish'))
      .then(onAccepted)
      .catch(() => undefined);
  });

  void latest(writer, path)
    .then((comments) => comments.forEach(show))
    .catch(() => say('The comments could not be loaded.', 'fault'));

  return {
    heardOf(commentId) {
      if (rows.has(commentId)) return;
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
