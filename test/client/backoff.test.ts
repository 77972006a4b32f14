import { expect, test } from 'vitest';
import { pauseMs } from '../../src/client/backoff.ts';

const most = () => 1;
const least = () => 0;

test('the time within which a client comes back doubles, up to 30 s', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 100].map((failures) => pauseMs({ failures }, most));
  expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(pauseMs({ failures: 100 }, least)).toBe(0);
});

test('a client does not come back before the server wants it', () => {
  expect(pauseMs({ failures: 0, retryMs: 4_321 }, least)).toBe(4_321);
  expect(pauseMs({ failures: 0, retryMs: 4_321, reason: 'busy' }, least)).toBe(4_321);
  expect(pauseMs({ failures: 5, retryMs: 4_321 }, most)).toBe(30_000);
});

test('where the server’s wish cannot be seen, its reason says as much', () => {
  expect(pauseMs({ failures: 0, reason: 'busy' }, least)).toBe(30_000);
  expect(pauseMs({ failures: 0, reason: 'busy' }, most)).toBe(60_000);
  expect(pauseMs({ failures: 0, reason: 'shutdown' }, least)).toBe(1_000);
  expect(pauseMs({ failures: 0, reason: 'shutdown' }, most)).toBe(5_000);
});

test('a stream that the server replaces is followed at once', () => {
  expect(pauseMs({ failures: 0, retryMs: 5_000, reason: 'rotate' }, least)).toBe(0);
  expect(pauseMs({ failures: 0, retryMs: 5_000, reason: 'rotate' }, most)).toBe(1_000);
});
