import { describe, expect, test } from 'vitest';
import {
  addComment,
  addReport,
  asReplayed,
  bob,
  dataOf,
  listAll,
  notifyAnn,
  numbersTo,
  type OpenStore,
  startBench,
} from './bench.ts';

export function describeLog(open: OpenStore): void {
  describe('the log', () => {
    test('gives the events behind a number, oldest first, at most as many as asked for', async () => {
      const { store, told } = await startBench(open);
      await notifyAnn(store, 7);
      const { inbox } = await store.log('ann', undefined, 10);
      for (const after of [0, 1, 4, 6, 7]) {
        for (const limit of [1, 2, 10]) {
          const page = await store.log('ann', after, limit);
          expect(page).toEqual({ inbox, events: told().slice(after, after + limit) });
        }
      }
    });

    test('gives no events without a number, and none ahead of its end, but always the inbox', async () => {
      const { store } = await startBench(open);
      await notifyAnn(store, 3);
      const inbox = { seq: 3, floor: 0, counts: { unread: 3, unseen: 3 } };
      for (const after of [undefined, 3, 4, Infinity]) {
        expect(await store.log('ann', after, 10)).toEqual({ inbox, events: [] });
      }
    });

    test('holds for each user their own events alone, byte for byte but for what has become of notifications', async () => {
      const { store, told } = await startBench(open);
      const ids = (await notifyAnn(store, 3)).map(({ id }) => id);
      await store.markSeen('ann', 2);
      await store.act('ann', ids[0] ?? '', 'archive');
      await store.markRead('ann', { ids });
      expect((await store.log('ann', 0, 100)).events).toEqual(await asReplayed(store, 'ann', told()));
      expect((await store.log('bob', 0, 100)).events).toEqual([]);
      expect(told().map((event) => dataOf(event).seq)).toEqual(numbersTo(6));
    });

    test('an event is one line, whatever was written', async () => {
      const { store } = await startBench(open);
      const report = await addReport(store);
      await addComment(store, bob, report, 'a\r\nb\nc');
      const { events } = await store.log('ann', 0, 1);
      expect(events[0]?.data).not.toMatch(/[\r\n]/);
    });

    test('a replayed event says what is true now of its notification, with the counts of then', async () => {
      const { store, told } = await startBench(open);
      const [notification] = await notifyAnn(store, 1);
      const read = await store.act('ann', notification?.id ?? '', 'read');
      const { events } = await store.log('ann', 0, 10);
      expect(events.map(dataOf)).toEqual([
        { seq: 1, notification: read, counts: { unread: 1, unseen: 1 } },
        { seq: 2, notification: read, counts: { unread: 0, unseen: 0 } },
      ]);
      expect(dataOf(told()[0]).notification).toEqual(notification);
    });

    test('is the same after reopening, and goes on with the next number', async () => {
      const bench = await startBench(open);
      const [notification] = await notifyAnn(bench.store, 3);
      const inbox = await bench.store.inbox('ann');
      const list = await listAll(bench.store, 'ann');
      const before = await bench.store.log('ann', 0, 100);

      await bench.reopen();

      expect(await bench.store.log('ann', 0, 100)).toEqual(before);
      expect(await bench.store.inbox('ann')).toEqual(inbox);
      expect(await listAll(bench.store, 'ann')).toEqual(list);
      await bench.store.act('ann', notification?.id ?? '', 'read');
      expect(bench.told().map(({ seq }) => seq)).toEqual(numbersTo(4));
    });
  });
}
