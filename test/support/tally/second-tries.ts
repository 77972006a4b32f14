import { expect, test } from 'vitest';

const tries = new Map<string, number>();

test.each(['first', 'second', 'third'])('so does the %s', (name) => {
  tries.set(name, (tries.get(name) ?? 0) + 1);
  expect(tries.get(name)).toBe(2);
});
