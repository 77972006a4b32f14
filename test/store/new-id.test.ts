import { afterEach, expect, test, vi } from 'vitest';
import { Id } from '../../src/domain/id.ts';
import { continueIdsAfter, newId } from '../../src/use-cases/new-id.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('ids are UUIDv7, and each sorts behind the one before, also within a millisecond', () => {
  const ids = Array.from({ length: 100_000 }, newId);
  expect(ids.every((id) => Id.safeParse(id).success)).toBe(true);
  expect(ids.every((id, i) => i === 0 || id > (ids[i - 1] ?? ''))).toBe(true);
});

test('a clock that goes back does not make them sort before', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 2_000_000_000_000 });
  const before = newId();
  vi.setSystemTime(1_900_000_000_000);
  const after = newId();
  expect(after > before).toBe(true);
  vi.setSystemTime(2_000_000_000_001);
  expect(newId() > after).toBe(true);
});

test('ids sort behind the newest that is stored, although the clock has gone back since', () => {
  const stored = 'ffffffff-0000-7000-8000-000000000000';
  continueIdsAfter(stored);
  expect(newId() > stored).toBe(true);
  const [first, second] = [newId(), newId()];
  expect(second > first).toBe(true);
});
