import { describe, expect, test } from 'vitest';
import type { Store } from '../../../src/domain/store.ts';
import { addComment, addReport, ann, bob, codeOf, nobodysId, type OpenStore, startBench } from './bench.ts';

/** Every method, called with something right. */
const calls: Record<string, (store: Store) => Promise<unknown>> = {
  addReport: (store) => store.addReport(ann, { title: 'x', body: '' }),
  'addReport with a key': (store) =>
    store.addReport(ann, { title: 'x', body: '' }, { key: 'k', fingerprint: 'f' }),
  reports: (store) => store.reports({ limit: 20 }),
  report: (store) => store.report(nobodysId),
  addComment: (store) => store.addComment(ann, nobodysId, { body: 'x', parentId: null }),
  comments: (store) => store.comments(nobodysId, { limit: 20 }),
  comment: (store) => store.comment(nobodysId, nobodysId),
  inbox: (store) => store.inbox('ann'),
  notifications: (store) => store.notifications('ann', { status: 'all', limit: 20 }),
  act: (store) => store.act('ann', nobodysId, 'read'),
  'markRead of ids': (store) => store.markRead('ann', { ids: [] }),
  'markRead up to': (store) => store.markRead('ann', { upTo: 0 }),
  markSeen: (store) => store.markSeen('ann', 0),
  log: (store) => store.log('ann', 0, 10),
  'log without events': (store) => store.log('ann', undefined, 10),
  heads: (store) => store.heads(['ann']),
  revoke: (store) => store.revoke('ann'),
  noteEarlyToken: (store) => store.noteEarlyToken(1_000),
  revocations: (store) => store.revocations(-1),
  addTicket: (store) =>
    store.addTicket({ hash: 'h', actor: ann, sessionIssuedAt: 0, sessionEndsAt: 1, endsAt: 1 }),
  takeTicket: (store) => store.takeTicket('h'),
  prune: (store) => store.prune(0),
  probe: (store) => store.probe(),
};

export function describeLife(open: OpenStore): void {
  describe('life', () => {
    test('the epoch is 8 characters, another one for each database, and outlives a restart', async () => {
      const bench = await startBench(open);
      const other = await startBench(open);
      const { epoch } = bench.store;
      expect(epoch).toMatch(/^[0-9a-z]{8}$/);
      expect(other.store.epoch).not.toBe(epoch);
      await bench.reopen();
      expect(bench.store.epoch).toBe(epoch);
      await bench.reopen();
      expect(bench.store.epoch).toBe(epoch);
    });

    test('a probe of a sound store resolves, again and again, and tells no events', async () => {
      const { store, told, failures } = await startBench(open);
      for (let i = 0; i < 3; i++) await store.probe();
      await Promise.all([store.probe(), store.probe()]);
      expect(told()).toEqual([]);
      expect(failures).toEqual([]);
    });

    test('closing finishes what has begun', async () => {
      const bench = await startBench(open);
      const report = await addReport(bench.store);
      const writes = Array.from({ length: 300 }, () => addComment(bench.store, bob, report));
      const closed = bench.store.close();
      expect(await Promise.all(writes)).toHaveLength(300);
      await closed;
      expect(bench.told()).toHaveLength(300);
      await bench.reopen();
      expect((await bench.store.inbox('ann')).seq).toBe(300);
    });

    test.each(Object.entries(calls))('after closing it rejects as unavailable: %s', async (_, call) => {
      const { store, commits } = await startBench(open);
      await store.close();
      expect(await codeOf(call(store))).toBe('unavailable');
      expect(commits.flatMap(({ events }) => events)).toEqual([]);
    });

    test('closing twice is closing once', async () => {
      const { store } = await startBench(open);
      await Promise.all([store.close(), store.close()]);
      await store.close();
    });
  });
}
