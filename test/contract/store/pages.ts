import { describe, expect, test } from 'vitest';
import {
  addComment,
  addReport,
  ann,
  bob,
  listAll,
  notifyAnn,
  numbersTo,
  type OpenStore,
  startBench,
  walk,
} from './bench.ts';

export function describePages(open: OpenStore): void {
  describe('pages', () => {
    test('reports come newest first, each once, in pages of any size', async () => {
      const { store } = await startBench(open);
      for (const n of numbersTo(7)) await addReport(store, ann, `Report ${n}`);
      for (const limit of [1, 2, 3, 6, 7, 8, 100]) {
        const reports = await walk((cursor) => store.reports({ cursor, limit }));
        expect(reports.map(({ title }) => title)).toEqual(numbersTo(7).map((n) => `Report ${8 - n}`));
      }
    });

    test('a full page at the very end has no next one', async () => {
      const { store } = await startBench(open);
      const report = await addReport(store);
      for (const n of numbersTo(3)) await addComment(store, bob, report, `${n}`);
      expect((await store.reports({ limit: 1 })).nextCursor).toBeNull();
      expect((await store.comments(report.id, { limit: 3 }))?.nextCursor).toBeNull();
      expect((await store.notifications('ann', { status: 'all', limit: 3 })).nextCursor).toBeNull();
      const page = await store.comments(report.id, { limit: 2 });
      expect(page?.nextCursor).toBe(page?.data[1]?.id);
    });

    test('comments come oldest first; those that are added while one reads come at the end', async () => {
      const { store } = await startBench(open);
      const [report, other] = [await addReport(store), await addReport(store)];
      let added = 0;
      const add = async () => {
        await addComment(store, bob, report, `${++added}`);
        await addComment(store, bob, other, 'elsewhere');
      };
      for (let i = 0; i < 5; i++) await add();

      const comments = await walk(async (cursor) => {
        if (added < 9) await add();
        return store.comments(report.id, { cursor, limit: 2 });
      });

      expect(comments.map(({ body }) => body)).toEqual(numbersTo(9).map(String));
    });

    test('lists that are newest first skip and repeat nothing while rows are added', async () => {
      const { store } = await startBench(open);
      const report = await addReport(store, ann, 'Report 1');
      for (const n of numbersTo(5)) await addComment(store, bob, report, `${n}`);
      for (const n of [2, 3, 4, 5]) await addReport(store, ann, `Report ${n}`);

      const notifications = await walk(async (cursor) => {
        const page = await store.notifications('ann', {
          status: 'unread',
          before: placeOf(cursor),
          limit: 2,
        });
        await addComment(store, bob, report, 'later');
        return page;
      });
      const reports = await walk(async (cursor) => {
        const page = await store.reports({ cursor, limit: 2 });
        await addReport(store, bob, 'later');
        return page;
      });

      expect(notifications.map(({ body }) => body)).toEqual(['5', '4', '3', '2', '1']);
      expect(reports.map(({ title }) => title.slice(-1))).toEqual(['5', '4', '3', '2', '1']);
    });

    test('a list goes on behind its cursor when that row has left the list', async () => {
      const { store } = await startBench(open);
      await notifyAnn(store, 5);
      const read = await walk(async (cursor) => {
        const all = await listAll(store, 'ann');
        const last = all.find(({ seq }) => seq === placeOf(cursor));
        if (last !== undefined) await store.act('ann', last.id, 'read');
        return store.notifications('ann', { status: 'unread', before: placeOf(cursor), limit: 2 });
      });
      expect(read.map(({ body }) => body?.slice(-1))).toEqual(['5', '4', '3', '2', '1']);
    });

    test('every status is listed whole, in pages of one', async () => {
      const { store } = await startBench(open);
      const ids = (await notifyAnn(store, 9)).map(({ id }) => id);
      await store.markRead('ann', { ids: ids.slice(0, 6) });
      for (const id of ids.slice(3, 7)) await store.act('ann', id, 'archive');
      for (const status of ['all', 'unread', 'read', 'archived'] as const) {
        expect(await listAll(store, 'ann', status, 1)).toEqual(await listAll(store, 'ann', status, 100));
      }
      expect(await listAll(store, 'ann', 'archived', 1)).toHaveLength(4);
    });
  });
}

/** The place in a list of notifications that its cursor stands for. */
function placeOf(cursor: string | undefined): number | undefined {
  return cursor === undefined ? undefined : Number(cursor);
}
