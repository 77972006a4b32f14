import { expect, test } from 'vitest';
import { en } from '../../../src/client/bell/languages/en.ts';
import { fill, piecesOf } from '../../../src/client/bell/messages.ts';
import { wordsOf } from '../../../src/client/bell/words.ts';

test('numbers stand in their sentence as the language wants them', () => {
  const english = wordsOf('en-GB', en);
  expect(english.count(en.arrived, 1)).toBe('1 new notification');
  expect(english.count(en.arrived, 1234)).toBe('1,234 new notifications');
  const polish = {
    one: '{count} nowe',
    few: '{count} nowe',
    many: '{count} nowych',
    other: '{count} nowego',
  };
  const counted = [1, 2, 5, 12_345].map((count) => wordsOf('pl', en).count(polish, count));
  expect(counted).toEqual(['1 nowe', '2 nowe', '5 nowych', '12\u00a0345 nowych']);
  expect(english.upTo99(99)).toBe('99');
  expect(english.upTo99(100)).toBe('99+');
});

test('a template is filled in once: what stands in a name is not filled in again', () => {
  expect(fill('{a} and {b}', { a: '{b}', b: '$&' })).toBe('{b} and $&');
  expect(fill('{a} {toString}', { a: 'x' })).toBe('x {toString}');
  expect(piecesOf('{actor} on {report}!')).toEqual([{ name: 'actor' }, ' on ', { name: 'report' }, '!']);
});
