import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWatchdog, limitFor } from '../../src/client/watchdog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it barks once when nothing came for its limit', () => {
  const bark = vi.fn();
  const watchdog = createWatchdog(bark);
  vi.advanceTimersByTime(1_000_000);
  expect(bark).not.toHaveBeenCalled();
  watchdog.heard();
  vi.advanceTimersByTime(39_000);
  watchdog.heard();
  vi.advanceTimersByTime(39_000);
  expect(bark).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(bark).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(1_000_000);
  expect(bark).toHaveBeenCalledOnce();
});

test('it is asleep once stopped', () => {
  const bark = vi.fn();
  const watchdog = createWatchdog(bark);
  watchdog.heard();
  watchdog.stop();
  vi.advanceTimersByTime(1_000_000);
  watchdog.check();
  expect(bark).not.toHaveBeenCalled();
});

test('it can be told to expect something sooner, but not later', () => {
  const bark = vi.fn();
  const watchdog = createWatchdog(bark);
  watchdog.heard();
  watchdog.expect(50_000);
  watchdog.expect(5_000);
  vi.advanceTimersByTime(4_999);
  expect(bark).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(bark).toHaveBeenCalledOnce();
});

test('after a sleep, in which timers stand still, it barks soon, or at once when asked', () => {
  const bark = vi.fn();
  const watchdog = createWatchdog(bark);
  watchdog.heard();
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(10_000);
  expect(bark).toHaveBeenCalledOnce();
  watchdog.heard();
  vi.setSystemTime(Date.now() + 3_600_000);
  watchdog.check();
  expect(bark).toHaveBeenCalledTimes(2);
});

test('the limit follows the rhythm of the pings, with a floor', () => {
  expect(limitFor(15_000)).toBe(37_500);
  expect(limitFor(100)).toBe(2_500);
});
