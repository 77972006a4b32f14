import type { Random } from '../support/random.ts';

/** One of them. @throws RangeError when there is none */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.whole(0, items.length - 1)];
  if (item === undefined) throw new RangeError('There is nothing to choose from.');
  return item;
}

/** All of them, in another order. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  const taken: T[] = [];
  while (left.length > 0) taken.push(...left.splice(random.whole(0, left.length - 1), 1));
  return taken;
}
