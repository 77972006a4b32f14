import { describe, expect, test } from 'vitest';
import { Notification } from '../../../src/domain/notification.ts';
import {
  addComment,
  addReport,
  ann,
  bob,
  dataOf,
  listAll,
  nobodysId,
  notifyAnn,
  type OpenStore,
  startBench,
} from './bench.ts';

export function describeNotifications(open: OpenStore): void {
  describe('notifications', () => {
    test('the owner of a report is notified of a comment: who, what, where, and when', async () => {
      const { store, clock, told } = await startBench(open);
      const report = await addReport(store, ann, 'Reading list');
      clock.now += 5;
      const comment = await addComment(store, bob, report, '😀'.repeat(200));

      const [notification] = await listAll(store, 'ann');

      expect(notification).toEqual({
        id: notification?.id,
        seq: 1,
        type: 'NEW_COMMENT_ON_REPORT',
        reason: 'owner',
        topic: `report:${report.id}`,
        actor: bob,
        title: 'Reading list',
        body: '😀'.repeat(140),
        url: null,
        data: null,
        count: 1,
        actors: [bob],
        report: { id: report.id, title: 'Reading list' },
        comment: { id: comment.id, excerpt: '😀'.repeat(140) },
        createdAt: comment.createdAt,
        updatedAt: comment.createdAt,
        seenAt: null,
        readAt: null,
        archivedAt: null,
      });
      expect(Notification.safeParse(notification).success).toBe(true);
      const [event] = told();
      expect(event).toMatchObject({ userId: 'ann', seq: 1, type: 'notification' });
      expect(dataOf(event)).toEqual({ seq: 1, notification, counts: { unread: 1, unseen: 1 } });
    });

    test('a user of whom nothing is known has an inbox of zeros and no notifications', async () => {
      const { store } = await startBench(open);
      const inbox = { seq: 0, floor: 0, counts: { unread: 0, unseen: 0 } };
      expect(await store.inbox('nobody')).toEqual(inbox);
      expect(await store.log('nobody', 0, 10)).toEqual({ inbox, events: [] });
      const page = await store.notifications('nobody', { status: 'all', limit: 20 });
      expect(page).toEqual({ data: [], nextCursor: null, inbox });
    });

    test('read marks it seen as well, unread keeps that it was seen, and each tells its event', async () => {
      const { store, clock, told } = await startBench(open);
      const [notification] = await notifyAnn(store, 1);
      const id = notification?.id ?? '';

      clock.now += 1000;
      const readAt = new Date(clock.now).toISOString();
      const read = await store.act('ann', id, 'read');
      expect(read).toEqual({ ...notification, readAt, seenAt: readAt });
      clock.now += 1000;
      const unread = await store.act('ann', id, 'unread');
      expect(unread).toEqual({ ...notification, seenAt: readAt });

      expect(await listAll(store, 'ann')).toEqual([unread]);
      expect(
        told()
          .slice(1)
          .map(({ type }) => type),
      ).toEqual(['notification.updated', 'notification.updated']);
      expect(told().slice(1).map(dataOf)).toEqual([
        { seq: 2, notification: read, counts: { unread: 0, unseen: 0 } },
        { seq: 3, notification: unread, counts: { unread: 1, unseen: 0 } },
      ]);
    });

    test('an archived one is listed apart and not counted; unarchived it is as before', async () => {
      const { store, clock, told } = await startBench(open);
      const [first, second] = await notifyAnn(store, 2);
      clock.now += 1000;
      const archivedAt = new Date(clock.now).toISOString();

      const archived = await store.act('ann', first?.id ?? '', 'archive');
      expect(archived).toEqual({ ...first, archivedAt });
      expect(await listAll(store, 'ann', 'archived')).toEqual([archived]);
      for (const status of ['all', 'unread'] as const) {
        expect(await listAll(store, 'ann', status)).toEqual([second]);
      }
      expect((await store.inbox('ann')).counts).toEqual({ unread: 1, unseen: 1 });
      expect(dataOf(told().at(-1)).counts).toEqual({ unread: 1, unseen: 1 });

      expect(await store.act('ann', first?.id ?? '', 'unarchive')).toEqual(first);
      expect(await listAll(store, 'ann')).toEqual([second, first]);
      expect(await listAll(store, 'ann', 'archived')).toEqual([]);
      expect((await store.inbox('ann')).counts).toEqual({ unread: 2, unseen: 2 });
    });

    test('each status lists what it says, newest first', async () => {
      const { store } = await startBench(open);
      const notifications = await notifyAnn(store, 6);
      const [a, b, c, d] = notifications.map(({ id }) => id);
      await store.markRead('ann', { ids: [a ?? '', b ?? ''] });
      await store.act('ann', b ?? '', 'archive');
      await store.act('ann', c ?? '', 'archive');
      await store.act('ann', d ?? '', 'read');

      const bodies = async (status: 'all' | 'unread' | 'read' | 'archived') =>
        (await listAll(store, 'ann', status)).map(({ body }) => Number(body?.slice(-1)));
      expect(await bodies('all')).toEqual([6, 5, 4, 1]);
      expect(await bodies('unread')).toEqual([6, 5]);
      expect(await bodies('read')).toEqual([4, 1]);
      expect(await bodies('archived')).toEqual([3, 2]);
    });

    test('an action that changes nothing answers the same, and makes no event', async () => {
      const { store, clock, told } = await startBench(open);
      const [notification] = await notifyAnn(store, 1);
      const id = notification?.id ?? '';
      expect(await store.act('ann', id, 'unread')).toEqual(notification);
      expect(await store.act('ann', id, 'unarchive')).toEqual(notification);
      const read = await store.act('ann', id, 'read');
      const archived = await store.act('ann', id, 'archive');
      expect(told()).toHaveLength(3);

      clock.now += 1000;
      expect(await store.act('ann', id, 'read')).toEqual({ ...read, archivedAt: archived?.archivedAt });
      expect(await store.act('ann', id, 'archive')).toEqual(archived);
      expect(told()).toHaveLength(3);
      expect((await store.inbox('ann')).seq).toBe(3);
    });

    test('a notification of somebody else is none', async () => {
      const { store, told } = await startBench(open);
      const [notification] = await notifyAnn(store, 1);
      for (const action of ['read', 'unread', 'archive', 'unarchive'] as const) {
        expect(await store.act('bob', notification?.id ?? '', action)).toBeUndefined();
        expect(await store.act('ann', nobodysId, action)).toBeUndefined();
      }
      expect(await listAll(store, 'ann')).toEqual([notification]);
      expect(await listAll(store, 'bob')).toEqual([]);
      expect((await store.inbox('bob')).seq).toBe(0);
      expect(told()).toHaveLength(1);
    });

    test('a list and its inbox are of the very same moment, whatever is written meanwhile', async () => {
      const { store } = await startBench(open);
      const report = await addReport(store);
      let written = 0;
      const writes = Array.from({ length: 400 }, () =>
        addComment(store, bob, report).finally(() => written++),
      );
      while (written < writes.length) {
        const { data, inbox } = await store.notifications('ann', { status: 'all', limit: 1000 });
        expect(inbox.counts.unread).toBe(data.length);
        expect(inbox.seq).toBe(data.length);
        const log = await store.log('ann', 0, 1000);
        expect(log.inbox.seq).toBe(log.events.length);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all(writes);
    });
  });
}
