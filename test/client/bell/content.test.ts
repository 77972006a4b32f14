import { expect, test } from 'vitest';
import type { AnyNotification } from '../../../src/client/bell/any-notification.ts';
import { contentOf } from '../../../src/client/bell/content.ts';
import { en } from '../../../src/client/bell/languages/en.ts';
import { wordsOf } from '../../../src/client/bell/words.ts';

const at = '2026-11-23T10:42:00.000Z';
const base = { id: 'n', createdAt: at, seenAt: null, readAt: null, archivedAt: null };
const [ann, bob, cleo] = ['Ann', 'Bob', 'Cleo'].map((name) => ({ id: name.toLowerCase(), name }));
const order: AnyNotification = {
  ...base,
  type: 'order.shipped',
  actor: null,
  title: 'Order 7',
  body: 'It comes on Friday.',
  url: '/orders/7',
};
const comment: AnyNotification = {
  ...base,
  type: 'NEW_COMMENT_ON_REPORT',
  actor: { id: 'bob', name: 'Bob' },
  report: { id: 'r', title: 'Reading list' },
  comment: { id: 'c', excerpt: 'Loved chapter two.' },
};

/** What an item says, names between asterisks. */
function say(notification: AnyNotification, types: Record<string, string> = {}): readonly string[] {
  const words = wordsOf('en', en);
  const messages = { ...words.messages, types: { ...words.messages.types, ...types } };
  const { sentence, excerpt, byline } = contentOf(notification, { ...words, messages });
  return [sentence.map(({ text, isName }) => (isName ? `*${text}*` : text)).join(''), excerpt, byline];
}

test('a comment is the sentence of its type, also from a server that sends no title', () => {
  const sentence = ['*Bob* commented on *Reading list*', 'Loved chapter two.', ''];
  expect(say(comment)).toEqual(sentence);
  expect(say({ ...comment, title: 'Reading list', body: 'Loved chapter two.', count: 1 })).toEqual(sentence);
});

test('any other type is its title and its body, and who caused it', () => {
  expect(say(order)).toEqual(['*Order 7*', 'It comes on Friday.', '']);
  expect(say({ ...order, body: null, actor: bob })).toEqual(['*Order 7*', '', 'Bob']);
});

test('an application gives a type a text of its own, and one that cannot be filled gives way to the title', () => {
  const types = { 'order.shipped': '{actor} shipped {title}' };
  expect(say({ ...order, actor: bob }, types)[0]).toBe('*Bob* shipped *Order 7*');
  expect(say(order, types)[0]).toBe('*Order 7*');
  expect(say({ ...order, type: 'new' }, { other: 'New: {title}' })[0]).toBe('New: *Order 7*');
  expect(say({ ...order, type: 'constructor' })[0]).toBe('*Order 7*');
});

test.each([
  [[ann], 1, 'Ann'],
  [[ann, bob], 2, 'Ann and Bob'],
  [[ann, bob, cleo], 3, 'Ann, Bob and Cleo'],
  [[ann, bob, cleo], 5, 'Ann, Bob and 3 others'],
  [[ann, bob, cleo], 4, 'Ann, Bob and 2 others'],
  [[ann], 5, 'Ann · 5×'],
  [[], 5, '5×'],
])('%j, %i times, is “%s”', (actors, count, byline) => {
  const group = { ...order, actors: actors.filter((actor) => actor !== undefined), count };
  expect(say(group)[2]).toBe(byline);
});

test('a group is in the sentence where its text names the actor, and its time is that of the newest', () => {
  const actors = [ann, bob, cleo].filter((actor) => actor !== undefined);
  const updatedAt = '2026-11-24T10:42:00.000Z';
  const group = { ...comment, actors, count: 5, updatedAt };
  expect(say(group)).toEqual([
    '*Ann*, *Bob* and 3 others commented on *Reading list*',
    'Loved chapter two.',
    '',
  ]);
  expect(contentOf(group, wordsOf('en', en)).at).toBe(updatedAt);
});
