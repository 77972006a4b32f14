import { expect, test } from 'vitest';
import { judge } from '../../src/client/numbers.ts';

const event = (id: string | undefined, type = 'notification') => ({ event: type, id, data: '{}' });
const ping = (seq: number) => ({ event: 'ping', id: undefined, data: JSON.stringify({ seq }) });

test('an event is the next, a repeat, or shows a hole', () => {
  expect(judge('k3f9x0qa.4', event('k3f9x0qa.5'))).toBe('next');
  expect(judge('k3f9x0qa.4', event('k3f9x0qa.4'))).toBe('repeat');
  expect(judge('k3f9x0qa.4', event('k3f9x0qa.1'))).toBe('repeat');
  expect(judge('k3f9x0qa.4', event('k3f9x0qa.6'))).toBe('hole');
});

test('what has no number that can be judged is a hole', () => {
  for (const id of [undefined, '', '5', 'another0.5', 'k3f9x0qa.x'])
    expect(judge('k3f9x0qa.4', event(id))).toBe('hole');
});

test('the first one begins, and a reset begins anew, wherever it is', () => {
  expect(judge(undefined, event('k3f9x0qa.9'))).toBe('begins');
  expect(judge(undefined, event('k3f9x0qa.9', 'sync'))).toBe('begins');
  expect(judge('k3f9x0qa.4', event('another0.2', 'reset'))).toBe('begins');
});

test('sync carries the number of the last event', () => {
  expect(judge('k3f9x0qa.4', event('k3f9x0qa.4', 'sync'))).toBe('next');
  expect(judge('k3f9x0qa.4', event('k3f9x0qa.5', 'sync'))).toBe('hole');
  expect(judge('k3f9x0qa.4', event('k3f9x0qa.3', 'sync'))).toBe('repeat');
});

test('a ping shows that something is missing, and nothing else', () => {
  expect(judge('k3f9x0qa.4', ping(5))).toBe('hole');
  expect(judge('k3f9x0qa.4', ping(4))).toBe('none');
  expect(judge('k3f9x0qa.4', ping(3))).toBe('none');
  expect(judge(undefined, ping(7))).toBe('none');
});

test('what has no number is passed on or over', () => {
  expect(judge('k3f9x0qa.4', event(undefined, 'goodbye'))).toBe('none');
  expect(judge('k3f9x0qa.4', event(undefined, 'invented.later'))).toBe('none');
});
