import type { Person } from '../domain/actor.ts';
import type { Comment } from '../domain/comment.ts';
import { element } from '../client/bell/dom.ts';
import { find } from './find.ts';

/** What the form is about to send: a comment, a reply, or another text for one that is there. */
export interface Draft {
  readonly body: string;
  readonly mentions: readonly string[];
  readonly parentId: string | null;
  /** The comment that is edited. */
  readonly edited: Comment | undefined;
}

/** The form under the comments. */
export interface Compose {
  replyTo(comment: Comment): void;
  edit(comment: Comment): void;
  /** What was written; the form is empty then. @returns undefined when nothing was written */
  take(): Draft | undefined;
  /** Gives back what was not accepted, unless something else was written since. */
  giveBack(draft: Draft): void;
}

/** @param people who can be mentioned */
export function createCompose(people: readonly Person[]): Compose {
  const body = find('body', HTMLTextAreaElement);
  const line = find('composing', HTMLParagraphElement);
  let parent: Comment | undefined;
  let edited: Comment | undefined;

  const chips = people.map((person) => {
    const chip = element('button', { type: 'button', class: 'quiet' }, `@${person.name}`);
    chip.addEventListener('click', () => {
      const has = mentions(person);
      const text = body.value.replaceAll(`@${person.name}`, '').trim();
      body.value = has ? text : `${text} @${person.name} `.trimStart();
      show();
      body.focus();
    });
    return { person, chip };
  });
  find('mentions', HTMLDivElement).append(...chips.map(({ chip }) => chip));

  /** The server never searches a text for names: who is mentioned, the page says by their ids. */
  const mentions = ({ name }: Person) => body.value.includes(`@${name}`);

  function show(): void {
    line.hidden = parent === undefined && edited === undefined;
    const text = parent === undefined ? 'Editing your comment' : `Replying to ${parent.author.name}`;
    find('composing-text', HTMLSpanElement).textContent = text;
    for (const { person, chip } of chips) chip.setAttribute('aria-pressed', String(mentions(person)));
  }

  function begin(asked: { parent?: Comment; edited?: Comment }): void {
    ({ parent, edited } = { parent: undefined, edited: undefined, ...asked });
    if (edited !== undefined) body.value = edited.body;
    show();
    body.focus();
  }

  body.addEventListener('input', show);
  find('composing-cancel', HTMLButtonElement).addEventListener('click', () => {
    if (edited !== undefined) body.value = '';
    begin({});
  });
  show();

  return {
    replyTo: (comment) => begin({ parent: comment }),
    edit: (comment) => begin({ edited: comment }),
    take() {
      const text = body.value;
      if (text.trim() === '') {
        body.focus();
        return undefined;
      }
      const draft = {
        body: text,
        mentions: people.filter(mentions).map(({ id }) => id),
        parentId: parent?.id ?? null,
        edited,
      };
      body.value = '';
      parent = edited = undefined;
      show();
      return draft;
    },
    giveBack({ body: text }) {
      body.value ||= text;
      show();
    },
  };
}
