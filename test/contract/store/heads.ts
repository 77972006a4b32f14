import { describe, expect, test } from 'vitest';
import { addComment, addReport, ann, bob, notifyAnn, type OpenStore, startBench } from './bench.ts';

export function describeHeads(open: OpenStore): void {
  describe('heads', () => {
    test('are the numbers of the newest events, and none of who has no event yet', async () => {
      const { store } = await startBench(open);
      expect(await store.heads(['ann', 'bob'])).toEqual(new Map());
      await notifyAnn(store, 3);
      const report = await addReport(store, bob);
      await addComment(store, ann, report);
      expect(await store.heads(['bob', 'nobody', 'ann', 'bob'])).toEqual(
        new Map([
          ['bob', 1],
          ['ann', 3],
        ]),
      );
      await store.markSeen('ann', 3);
      expect(await store.heads(['ann'])).toEqual(new Map([['ann', 4]]));
    });

    test('are of those who were asked for, and of nobody else', async () => {
      const { store } = await startBench(open);
      await notifyAnn(store, 1);
      expect(await store.heads([])).toEqual(new Map());
      expect(await store.heads(['bob', 'an', 'anna', 'ANN', "ann'", 'ann,bob', '{ann}', 'a\\n'])).toEqual(
        new Map(),
      );
    });

    test('stay when what made them is pruned', async () => {
      const { store, clock } = await startBench(open);
      await notifyAnn(store, 2);
      await store.prune(clock.now + 1);
      expect(await store.heads(['ann'])).toEqual(new Map([['ann', 2]]));
    });

    test('are had for 20,000 users at once', async () => {
      const { store } = await startBench(open);
      await notifyAnn(store, 1);
      const users = Array.from({ length: 19_999 }, (_, i) => `user-${i}-${'x'.repeat(100)}`);
      expect(await store.heads([...users, 'ann'])).toEqual(new Map([['ann', 1]]));
    });
  });
}
