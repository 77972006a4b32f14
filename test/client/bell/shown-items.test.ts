import { expect, test } from 'vitest';
import type { AnyNotification } from '../../../src/client/bell/any-notification.ts';
import { ShownItems } from '../../../src/client/bell/shown-items.ts';

/** `a1` is the notification `a`, last raised by event 1. */
function list(text: string): readonly AnyNotification[] {
  const words = text.split(' ').filter((word) => word !== '');
  return words.map((word) => ({
    id: word.slice(0, 1),
    seq: Number(word.slice(1)),
    type: 'order.shipped',
    createdAt: '',
    seenAt: null,
    readAt: null,
    archivedAt: null,
  }));
}

/** What is shown and what is held back after each of `lists`. */
function splits(...lists: readonly string[]): readonly string[] {
  const shown = new ShownItems();
  return lists.map((text) => {
    const { items, heldBack } = shown.split(list(text));
    const names = (all: readonly AnyNotification[]) => all.map(({ id, seq }) => `${id}${seq}`).join(' ');
    return `${names(items)} | ${names(heldBack)}`;
  });
}

test.each([
  ['what is new is held back', ['c3 b2 a1', 'd4 c3 b2 a1'], 'c3 b2 a1 | d4'],
  ['what is removed goes', ['c3 b2 a1', 'c3 a1'], 'c3 a1 | '],
  ['older ones come below', ['c3 b2', 'd4 c3 b2 a1'], 'c3 b2 a1 | d4'],
  [
    'one that is raised stays where it is, and its new place is held back',
    ['c3 b2 a1', 'a4 c3 b2'],
    'c3 b2 a4 | a4',
  ],
  ['also beside a new one', ['c3 b2 a1', 'd5 b4 c3 a1'], 'c3 b4 a1 | d5 b4'],
  ['the first one that is raised is in its place', ['c3 b2 a1', 'c4 b2 a1'], 'c4 b2 a1 | '],
  ['all of them raised keep their order', ['b2 a1', 'a4 b3'], 'b3 a4 | a4 b3'],
  ['one that was archived comes back to its place', ['c3 b2 a1', 'b2 a1', 'c3 b2 a1'], 'c3 b2 a1 | '],
  ['nothing is held back from an empty list', ['', 'a1'], 'a1 | '],
  ['when all that was shown is gone, all is shown', ['a1', 'c3 b2'], 'c3 b2 | '],
] as const)('%s', (_, lists, last) => {
  expect(splits(...lists).at(-1)).toBe(last);
});

test('after a clear everything is shown in its new place', () => {
  const shown = new ShownItems();
  shown.split(list('b2 a1'));
  shown.split(list('a3 b2'));
  shown.clear();
  expect(shown.split(list('a3 b2')).items).toEqual(list('a3 b2'));
});
