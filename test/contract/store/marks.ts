import { describe, expect, test } from 'vitest';
import { formatCursor } from '../../../src/domain/cursor.ts';
import {
  addComment,
  addReport,
  bob,
  codeOf,
  dataOf,
  listAll,
  nobodysId,
  notifyAnn,
  type OpenStore,
  recount,
  startBench,
} from './bench.ts';

export function describeMarks(open: OpenStore): void {
  describe('marking many', () => {
    test('ids are marked as read and seen, by one event that names those that changed', async () => {
      const { store, clock, told } = await startBench(open);
      const [a, b, c] = (await notifyAnn(store, 3)).map(({ id }) => id);
      await store.act('ann', b ?? '', 'read');
      clock.now += 1000;

      const { counts } = await store.markRead('ann', { ids: [c ?? '', a ?? '', b ?? '', a ?? ''] });

      expect(counts).toEqual({ unread: 0, unseen: 0 });
      const event = told().at(-1);
      expect(event?.type).toBe('notifications.read');
      expect(dataOf(event)).toEqual({ seq: 5, ids: [c, a], counts });
      const now = new Date(clock.now).toISOString();
      const [newest, second, oldest] = await listAll(store, 'ann');
      for (const one of [newest, oldest]) expect(one).toMatchObject({ readAt: now, seenAt: now });
      expect(second?.readAt).not.toBe(now);
    });

    test.each([
      ['of somebody else', 'bob'],
      ['of nobody', undefined],
    ])('one id %s is not_found and nothing changes, however many are right', async (_, owner) => {
      const { store, told } = await startBench(open);
      const mine = await notifyAnn(store, 3);
      let foreign = nobodysId;
      if (owner !== undefined) {
        await addComment(store, { id: 'ann', name: 'Ann' }, await addReport(store, bob));
        foreign = (await listAll(store, owner))[0]?.id ?? '';
      }
      const toldBefore = told().length;

      const ids = [...mine.slice(0, 2).map(({ id }) => id), foreign, mine[2]?.id ?? ''];
      expect(await codeOf(store.markRead('ann', { ids }))).toBe('not_found');

      expect(await listAll(store, 'ann')).toEqual(mine.toReversed());
      expect(await recount(store, 'bob')).toEqual((await store.inbox('bob')).counts);
      expect((await store.inbox('ann')).counts).toEqual({ unread: 3, unseen: 3 });
      expect(told()).toHaveLength(toldBefore);
    });

    test('upTo marks what was created at or before that event; what arrives after it stays unread', async () => {
      const { store, told } = await startBench(open);
      await notifyAnn(store, 3);

      expect((await store.markRead('ann', { upTo: 2 })).counts).toEqual({ unread: 1, unseen: 1 });

      expect((await listAll(store, 'ann')).map(({ readAt }) => readAt === null)).toEqual([
        true,
        false,
        false,
      ]);
      const event = told().at(-1);
      expect(event?.type).toBe('notifications.read');
      const upTo = formatCursor(store.epoch, 2);
      expect(dataOf(event)).toEqual({ seq: 4, upTo, counts: { unread: 1, unseen: 1 } });
    });

    test('upTo means the event that created it, not one that changed it later', async () => {
      const { store } = await startBench(open);
      const [first] = await notifyAnn(store, 2);
      await store.act('ann', first?.id ?? '', 'read');
      await store.act('ann', first?.id ?? '', 'unread');

      expect((await store.markRead('ann', { upTo: 1 })).counts).toEqual({ unread: 1, unseen: 1 });
    });

    test('upTo reaches archived ones too, which were not counted', async () => {
      const { store, told } = await startBench(open);
      const [first] = await notifyAnn(store, 2);
      await store.act('ann', first?.id ?? '', 'archive');

      expect((await store.markRead('ann', { upTo: 1 })).counts).toEqual({ unread: 1, unseen: 1 });

      expect((await listAll(store, 'ann', 'archived'))[0]?.readAt).not.toBeNull();
      expect(dataOf(told().at(-1))).toMatchObject({ seq: 4, counts: { unread: 1, unseen: 1 } });
      await store.act('ann', first?.id ?? '', 'unarchive');
      expect((await store.inbox('ann')).counts).toEqual(await recount(store, 'ann'));
    });

    test('seen upTo marks as seen alone, and keeps when the others were seen', async () => {
      const { store, clock, told } = await startBench(open);
      await notifyAnn(store, 3);
      const before = new Date(clock.now).toISOString();
      await store.markSeen('ann', 1);
      clock.now += 1000;

      expect(await store.markSeen('ann', 2)).toEqual({ unread: 3, unseen: 1 });

      const now = new Date(clock.now).toISOString();
      expect((await listAll(store, 'ann')).map(({ seenAt }) => seenAt)).toEqual([null, now, before]);
      const event = told().at(-1);
      expect(event?.type).toBe('notifications.seen');
      const upTo = formatCursor(store.epoch, 2);
      expect(dataOf(event)).toEqual({ seq: 5, upTo, counts: { unread: 3, unseen: 1 } });
      clock.now += 1000;
      expect((await store.markRead('ann', { upTo: 3 })).counts).toEqual({ unread: 0, unseen: 0 });
      expect((await listAll(store, 'ann')).map(({ seenAt }) => seenAt).slice(1)).toEqual([now, before]);
    });

    test('marking nothing answers the counts and makes no event', async () => {
      const { store, told } = await startBench(open);
      const ids = (await notifyAnn(store, 3)).map(({ id }) => id);
      await store.markSeen('ann', 2);
      await store.markRead('ann', { upTo: 2 });
      const toldBefore = told().length;
      const counts = { unread: 1, unseen: 1 };

      const nothing = { counts, ids: [] };
      expect(await store.markRead('ann', { upTo: 2 })).toEqual(nothing);
      expect(await store.markRead('ann', { upTo: 0 })).toEqual(nothing);
      expect(await store.markRead('ann', { ids: ids.slice(0, 2) })).toEqual(nothing);
      expect(await store.markRead('ann', { ids: [] })).toEqual(nothing);
      expect(await store.markSeen('ann', 2)).toEqual(counts);
      expect(await store.markRead('nobody', { upTo: 0 })).toEqual({
        counts: { unread: 0, unseen: 0 },
        ids: [],
      });
      expect(await store.markSeen('nobody', 0)).toEqual({ unread: 0, unseen: 0 });

      expect(told()).toHaveLength(toldBefore);
      expect((await store.inbox('ann')).seq).toBe(toldBefore);
    });

    test('upTo ahead of the log is invalid_input and changes nothing', async () => {
      const { store, told } = await startBench(open);
      await notifyAnn(store, 2);

      expect(await codeOf(store.markRead('ann', { upTo: 3 }))).toBe('invalid_input');
      expect(await codeOf(store.markSeen('ann', 3))).toBe('invalid_input');
      expect(await codeOf(store.markRead('nobody', { upTo: 1 }))).toBe('invalid_input');

      expect((await store.inbox('ann')).counts).toEqual({ unread: 2, unseen: 2 });
      expect(told()).toHaveLength(2);
    });
  });
}
