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
      await store.noteEarlyToken(clock.now + 400 * dayMs);
      const first = await store.revoke('ann');
      const bob = await store.revoke('bob');
      const again = await store.revoke('ann');
      expect(again).toEqual({ ...first, seq: 3 });
      expect(await store.revocations(-1)).toEqual([bob, again]);
      await store.noteEarlyToken(clock.now + 401 * dayMs);
      const later = await store.revoke('ann');
      expect(later).toEqual({ userId: 'ann', revokedAt: first.revokedAt + dayMs, seq: 4 });
      expect(await store.revocations(3)).toEqual([later]);
    });

    test('they reach to the second behind the newest early token, also after a restart', async () => {
      const bench = await startBench(open);
      const future = bench.clock.now + 400 * dayMs;
      await bench.store.noteEarlyToken(5_000);
      expect((await bench.store.revoke('ann')).revokedAt).toBeGreaterThan(6_000);
      await Promise.all([0, 2_000, 1_000].map((ms) => bench.store.noteEarlyToken(future + ms)));
      expect(await bench.store.revoke('ann')).toMatchObject({ revokedAt: future + 3_000 });
      await bench.reopen();
      await bench.store.noteEarlyToken(future);
      expect(await bench.store.revoke('bob')).toMatchObject({ revokedAt: future + 3_000 });
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
