import { describe, expect, test } from 'vitest';
import { type OpenStore, startBench } from './bench.ts';

const dayMs = 24 * 60 * 60 * 1000;

export function describeRevocations(open: OpenStore): void {
  describe('revocations', () => {
    test('they are numbered as they are made, and read behind a number', async () => {
      const { store } = await startBench(open);
      expect(await store.revocations(-1)).toEqual([]);
      const made = [await store.revoke('bob'), await store.revoke('ann'), await store.revoke('cleo')];
      expect(made).toMatchObject([
        { userId: 'bob', seq: 1 },
        { userId: 'ann', seq: 2 },
        { userId: 'cleo', seq: 3 },
      ]);
      expect(await store.revocations(-1)).toEqual(made);
      expect(await store.revocations(1)).toEqual(made.slice(1));
      expect(await store.revocations(3)).toEqual([]);
    });

    test('one that is made again gets a new number, and its moment never goes back', async () => {
      const { store, clock } = await startBench(open);
      const first = await store.revoke('ann', clock.now + 400 * dayMs);
      const bob = await store.revoke('bob');
      const again = await store.revoke('ann');
      expect(again).toEqual({ ...first, seq: 3 });
      expect(await store.revocations(-1)).toEqual([bob, again]);
      const later = await store.revoke('ann', first.revokedAt + 1);
      expect(await store.revocations(3)).toEqual([{ userId: 'ann', revokedAt: first.revokedAt + 1, seq: 4 }]);
      expect(later.seq).toBe(4);
    });

    test('a moment that it must reach counts if it is later than now', async () => {
      const { store, clock } = await startBench(open);
      const { revokedAt } = await store.revoke('ann', 5_000);
      expect(revokedAt).toBeGreaterThan(5_000);
      const future = clock.now + 400 * dayMs;
      expect(await store.revoke('bob', future)).toMatchObject({ revokedAt: future });
    });

    test('many at once each leave one, and no number twice', async () => {
      const { store } = await startBench(open);
      const users = Array.from({ length: 50 }, (_, i) => `user-${i % 25}`);
      await Promise.all(users.map((userId) => store.revoke(userId)));
      const made = await store.revocations(-1);
      expect(made.map(({ userId }) => userId).sort()).toEqual([...new Set(users)].sort());
      expect(new Set(made.map(({ seq }) => seq)).size).toBe(25);
      expect(made.at(-1)?.seq).toBe(50);
    });

    test('they outlive a restart and pruning, and make no events', async () => {
      const bench = await startBench(open);
      const revocation = await bench.store.revoke('ann');
      bench.clock.now += 1_000 * dayMs;
      await bench.store.prune(bench.clock.now);
      await bench.reopen();
      expect(await bench.store.revocations(-1)).toEqual([revocation]);
      expect((await bench.store.revoke('bob')).seq).toBe(2);
      expect(bench.told()).toEqual([]);
    });
  });
}
