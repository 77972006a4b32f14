import { expect, test } from 'vitest';
import { nextTickMs, relativeTime } from '../../../src/client/bell/relative-time.ts';

const now = new Date(2026, 10, 23, 10, 42).getTime();
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [0, 'now', '지금'],
  [-5 * minute, 'now', '지금'],
  [59_999, 'now', '지금'],
  [minute, '1 min. ago', '1분 전'],
  [59 * minute, '59 min. ago', '59분 전'],
  [hour, '1 hr. ago', '1시간 전'],
  [23 * hour, '23 hr. ago', '23시간 전'],
  [day, 'yesterday', '어제'],
  // The day before yesterday by the calendar, although less than 48 hours ago.
  [day + 11 * hour, '2 days ago', '그저께'],
  [6 * day, '6 days ago', '6일 전'],
  [7 * day, 'Nov 16', '11월 16일'],
  [400 * day, 'Oct 19, 2025', '2025년 10월 19일'],
])('%i ms ago is “%s”, and “%s”', (age, english, korean) => {
  expect(relativeTime(now - age, now, 'en')).toBe(english);
  expect(relativeTime(now - age, now, 'ko')).toBe(korean);
});

test('a time is looked at again when it may read differently', () => {
  expect(nextTickMs(now - 10_000, now)).toBe(50_000);
  expect(nextTickMs(now - 3 * minute - 1, now)).toBe(minute - 1);
  expect(nextTickMs(now + hour, now)).toBe(minute);
  expect(nextTickMs(now - 2 * hour, now)).toBe(10 * minute);
});
