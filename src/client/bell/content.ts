import type { AnyNotification } from './any-notification.ts';
import { own, piecesOf } from './messages.ts';
import type { Words } from './words.ts';

/** A piece of a sentence; a name is in bold, and has a direction of its own. */
export interface Piece {
  readonly text: string;
  readonly isName: boolean;
}

/** What an item of the list says. */
export interface Content {
  readonly sentence: readonly Piece[];
  readonly excerpt: string;
  /** Who caused it, where the sentence does not say so; may be empty. */
  readonly byline: string;
  /** RFC 3339: when it last brought something new. */
  readonly at: string;
}

/**
 * What the bell says of a notification, of whatever type: the text of its type where the notification has all that the text
 * names, and else its title.
 */
export function contentOf(notification: AnyNotification, words: Words): Content {
  const { type, title, body, report, comment, count = 1, createdAt, updatedAt } = notification;
  const { types } = words.messages;
  const people = peopleOf(notification, words);
  const names: Readonly<Record<string, readonly Piece[]>> = {
    actor: people,
    title: named(title ?? report?.title ?? ''),
    report: named(report?.title ?? ''),
    count: named(words.number(count)),
  };
  const template = own(types, type) ?? types.other;
  const told = fillWith(template, names);
  const namesPeople = told !== undefined && template.includes('{actor}');
  const times = count > 1 && people.length < 2 ? `${words.number(count)}×` : '';
  const byline = [namesPeople ? '' : textOf(people), times].filter((part) => part !== '').join(' · ');
  return {
    sentence: told ?? named(title ?? report?.title ?? type),
    excerpt: comment?.excerpt ?? body ?? '',
    byline,
    at: updatedAt ?? createdAt,
  };
}

const mostNamed = 3;

/** "Ann", "Ann and Bob", or "Ann, Bob and 3 others"; empty when nobody caused it. */
function peopleOf({ actor, actors, count = 1 }: AnyNotification, words: Words): readonly Piece[] {
  const group = actors != null && actors.length > 0 ? actors : actor == null ? [] : [actor];
  // The server tells the newest three: of fewer there are no others.
  const hasOthers = group.length >= mostNamed && count > group.length;
  const shown = hasOthers ? group.slice(0, mostNamed - 1) : group;
  const parts = shown.map(({ name }) => name);
  if (hasOthers) parts.push(words.count(words.messages.others, count - shown.length));
  return words.list(parts).map(({ type, value }, i, all) => {
    const isLast = i === all.length - 1;
    return { text: value, isName: type === 'element' && !(hasOthers && isLast) };
  });
}

/** @returns undefined when `names` has nothing for a name in `template`. */
function fillWith(
  template: string,
  names: Readonly<Record<string, readonly Piece[]>>,
): readonly Piece[] | undefined {
  const filled = piecesOf(template).map((piece) =>
    typeof piece === 'string' ? [{ text: piece, isName: false }] : (own(names, piece.name) ?? []),
  );
  return filled.every((pieces) => textOf(pieces) !== '') ? filled.flat() : undefined;
}

function named(text: string): readonly Piece[] {
  return [{ text, isName: true }];
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}
