import { describe, expect, test } from 'vitest';
import {
  addComment,
  addReport,
  ann,
  bob,
  codeOf,
  hourMs,
  listAll,
  nobodysId,
  type OpenStore,
  startBench,
} from './bench.ts';

const once = { key: 'k-1', fingerprint: 'POST /reports {"title":"A"}' };
const input = { title: 'A', body: '' };

export function describeOnce(open: OpenStore): void {
  describe('idempotency keys', () => {
    test('a repeated request gets the first answer and adds nothing, also after reopening', async () => {
      const bench = await startBench(open);
      const report = await addReport(bench.store);
      const add = () => bench.store.addComment(bob, report.id, { body: 'Once.', parentId: null }, once);
      const first = await add();
      expect(first.replayed).toBe(false);
      bench.clock.now += hourMs;

      expect(await add()).toEqual({ value: first.value, replayed: true });
      await bench.reopen();
      expect(await add()).toEqual({ value: first.value, replayed: true });

      expect((await bench.store.comments(report.id, { limit: 20 }))?.data).toEqual([first.value]);
      expect(await listAll(bench.store, 'ann')).toHaveLength(1);
      expect(bench.told()).toHaveLength(1);
    });

    test('a report is added once as well', async () => {
      const { store } = await startBench(open);
      const first = await store.addReport(ann, input, once);
      expect(await store.addReport({ ...ann, name: 'Anna' }, input, once)).toEqual({
        value: first.value,
        replayed: true,
      });
      expect((await store.reports({ limit: 20 })).data).toEqual([first.value]);
    });

    test('another request under the same key is idempotency_mismatch, and the first answer stays', async () => {
      const { store } = await startBench(open);
      const first = await store.addReport(ann, input, once);
      const other = { ...once, fingerprint: 'POST /reports {"title":"B"}' };
      expect(await codeOf(store.addReport(ann, { title: 'B', body: '' }, other))).toBe(
        'idempotency_mismatch',
      );
      const comment = store.addComment(ann, first.value.id, { body: 'x', parentId: null }, other);
      expect(await codeOf(comment)).toBe('idempotency_mismatch');
      expect(await store.addReport(ann, input, once)).toEqual({ value: first.value, replayed: true });
      expect((await store.reports({ limit: 20 })).data).toHaveLength(1);
    });

    test('while the first request runs a second one is idempotency_in_flight, whatever it asks for', async () => {
      const { store } = await startBench(open);
      const first = store.addReport(ann, input, once);
      const second = store.addReport(ann, input, once);
      const other = store.addReport(ann, input, { ...once, fingerprint: 'another' });

      expect(await codeOf(second)).toBe('idempotency_in_flight');
      expect(await codeOf(other)).toBe('idempotency_in_flight');
      const { value } = await first;
      expect(await store.addReport(ann, input, once)).toEqual({ value, replayed: true });
    });

    test('of many requests at once under one key exactly one adds', async () => {
      const { store } = await startBench(open);
      const report = await addReport(store);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 50 }, () => addComment(store, bob, report, 'Once.', once)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await store.inbox('ann')).seq).toBe(1);
    });

    test('a request that failed frees its key, and keeps nothing under it', async () => {
      const { store } = await startBench(open);
      const report = await addReport(store);
      const failed = store.addComment(bob, nobodysId, { body: 'x', parentId: null }, once);
      expect(await codeOf(failed)).toBe('not_found');
      const other = { ...once, fingerprint: 'another' };
      const added = await store.addComment(bob, report.id, { body: 'x', parentId: null }, other);
      expect(added.replayed).toBe(false);
    });

    test('a mismatch frees the key as well', async () => {
      const { store } = await startBench(open);
      await store.addReport(ann, input, once);
      for (let i = 0; i < 2; i++) {
        const other = { ...once, fingerprint: 'another' };
        expect(await codeOf(store.addReport(ann, input, other))).toBe('idempotency_mismatch');
      }
    });

    test('the same key of two users is two keys, also at the same time', async () => {
      const { store } = await startBench(open);
      const [anns, bobs] = await Promise.all([
        store.addReport(ann, input, once),
        store.addReport(bob, input, once),
      ]);
      expect(anns.value.id).not.toBe(bobs.value.id);
      expect(bobs.replayed).toBe(false);
      // Where one id ends and the key begins is never in doubt.
      const [a, b] = [
        { id: 'c', name: 'C' },
        { id: 'cc', name: 'C' },
      ];
      const both = [
        store.addReport(a, input, { ...once, key: 'c k' }),
        store.addReport(b, input, { ...once, key: ' k' }),
        store.addReport(b, input, { ...once, key: 'k' }),
      ];
      expect((await Promise.all(both)).map(({ replayed }) => replayed)).toEqual([false, false, false]);
    });

    test('a key is kept for 24 hours and not longer', async () => {
      const { store, clock } = await startBench(open);
      const first = await store.addReport(ann, input, once);
      clock.now += 24 * hourMs - 1;
      expect((await store.addReport(ann, input, once)).replayed).toBe(true);
      clock.now += 1;

      const second = await store.addReport(ann, input, { ...once, fingerprint: 'another' });

      expect(second.replayed).toBe(false);
      expect(second.value.id).not.toBe(first.value.id);
      expect(await codeOf(store.addReport(ann, input, once))).toBe('idempotency_mismatch');
      clock.now += 24 * hourMs - 1;
      expect(await store.addReport(ann, input, { ...once, fingerprint: 'another' })).toEqual({
        value: second.value,
        replayed: true,
      });
    });

    test('without a key every request adds', async () => {
      const { store } = await startBench(open);
      await Promise.all([store.addReport(ann, input), store.addReport(ann, input)]);
      expect((await store.reports({ limit: 20 })).data).toHaveLength(2);
    });
  });
}
