import { describe, expect, test } from 'vitest';
import { type OpenStore, startBench } from './bench.ts';

export function describeRevocations(open: OpenStore): void {
  describe('revocations', () => {
    test('a revocation is of the moment at which it was made, and is given to whoever asks since then', async () => {
      const { store, clock } = await startBench(open);
      expect(await store.revocations(0)).toEqual([]);
      const revocation = await store.revoke('ann');
      expect(revocation).toEqual({ userId: 'ann', revokedAt: clock.now });
      expect(await store.revocations(0)).toEqual([revocation]);
      expect(await store.revocations(clock.now)).toEqual([revocation]);
      expect(await store.revocations(clock.now + 1)).toEqual([]);
    });

    test('of two for one user the later moment holds, even when the clock went back in between', async () => {
      const { store, clock } = await startBench(open);
      await store.revoke('ann');
      clock.now += 5_000;
      const later = await store.revoke('ann');
      expect(later.revokedAt).toBe(clock.now);
      clock.now -= 3_000;
      expect(await store.revoke('ann')).toEqual(later);
      const other = await store.revoke('bob');
      expect(await store.revocations(0)).toHaveLength(2);
      expect(await store.revocations(0)).toEqual(expect.arrayContaining([later, other]));
      expect(await store.revocations(later.revokedAt)).toEqual([later]);
    });

    test('many at once each leave one', async () => {
      const { store, clock } = await startBench(open);
      const users = Array.from({ length: 50 }, (_, i) => `user-${i % 25}`);
      await Promise.all(users.map((userId) => store.revoke(userId)));
      const made = await store.revocations(clock.now);
      expect(made.map(({ userId }) => userId).sort()).toEqual([...new Set(users)].sort());
    });

    test('they outlive a restart and pruning, and make no events', async () => {
      const bench = await startBench(open);
      const revocation = await bench.store.revoke('ann');
      bench.clock.now += 1_000 * 24 * 60 * 60 * 1000;
      await bench.store.prune(bench.clock.now);
      await bench.reopen();
      expect(await bench.store.revocations(0)).toEqual([revocation]);
      expect(bench.told()).toEqual([]);
    });
  });
}
