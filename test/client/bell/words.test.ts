import { expect, test } from 'vitest';
import { en } from '../../../src/client/bell/languages/en.ts';
import { ko } from '../../../src/client/bell/languages/ko.ts';
import { fill, piecesOf } from '../../../src/client/bell/messages.ts';
import { wordsOf } from '../../../src/client/bell/words.ts';

/** Every text of a language by its path, with the names in its braces. */
function placeholders(messages: object, path = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]) => {
    // Languages differ in their plural categories.
    if (typeof value === 'object' && value !== null && 'other' in value && key !== 'types') {
      return [[`${path}${key}`, namesIn(String(value.other))]];
    }
    if (typeof value === 'object' && value !== null) return placeholders(value, `${path}${key}.`);
    return [[`${path}${key}`, namesIn(String(value))]];
  });
}

const namesIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted().join();

test('Korean says all that English says, with the same things filled in', () => {
  expect(placeholders(ko)).toEqual(placeholders(en));
});

test('numbers stand in their sentence as the language wants them', () => {
  const english = wordsOf('en-GB');
  expect(english.count(en.arrived, 1)).toBe('1 new notification');
  expect(english.count(en.arrived, 1234)).toBe('1,234 new notifications');
  expect(wordsOf('ko-KR').count(ko.arrived, 1)).toBe('새 알림 1개가 도착했습니다');
  expect(english.upTo99(99)).toBe('99');
  expect(english.upTo99(100)).toBe('99+');
});

test('a language that is not known speaks English, but tells times in its own way', () => {
  const french = wordsOf('fr');
  expect(french.messages.all).toBe('All');
  expect(french.ago(0, 5 * 60_000)).toMatch(/^il y a 5\smin$/);
});

test.each(['', 'x', 'no such language', '--', '한국어'])(
  '%j, which is no language, is English',
  (language) => {
    expect(wordsOf(language).messages).toEqual(en);
  },
);

test('an application says some things in its own words', () => {
  const { messages } = wordsOf('en', {
    title: 'Inbox',
    types: { SALE: '{actor} sells {report}', other: '?' },
  });
  expect(messages.title).toBe('Inbox');
  expect(messages.all).toBe('All');
  expect(messages.types['SALE']).toBe('{actor} sells {report}');
  expect(messages.types['NEW_COMMENT_ON_REPORT']).toBe(en.types['NEW_COMMENT_ON_REPORT']);
});

test('a template is filled in once: what stands in a name is not filled in again', () => {
  expect(fill('{a} and {b}', { a: '{b}', b: '$&' })).toBe('{b} and $&');
  expect(fill('{a} {toString}', { a: 'x' })).toBe('x {toString}');
  expect(piecesOf('{actor} on {report}!')).toEqual([{ name: 'actor' }, ' on ', { name: 'report' }, '!']);
});
