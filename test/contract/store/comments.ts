import { describe, expect, test } from 'vitest';
import {
  addComment,
  addReport,
  ann,
  bob,
  cleo,
  codeOf,
  nobodysId,
  type OpenStore,
  startBench,
} from './bench.ts';

export function describeComments(open: OpenStore): void {
  describe('reports and comments', () => {
    test('a report is read as it was added', async () => {
      const { store, clock } = await startBench(open);
      const input = { title: 'Ünï 😀 “quotes”', body: 'one\r\ntwo\n\u2028three\u0085' };

      const { value, replayed } = await store.addReport(ann, input);

      expect(replayed).toBe(false);
      expect(value).toEqual({
        id: value.id,
        ...input,
        owner: ann,
        createdAt: new Date(clock.now).toISOString(),
      });
      expect(await store.report(value.id)).toEqual(value);
    });

    test('a report that was never added is none', async () => {
      const { store } = await startBench(open);
      expect(await store.report(nobodysId)).toBeUndefined();
      expect((await store.reports({ limit: 20 })).data).toEqual([]);
    });

    test('a comment is read as it was added', async () => {
      const { store, clock } = await startBench(open);
      const report = await addReport(store);
      clock.now += 1234;

      const comment = await addComment(store, bob, report, 'a\r\nb\tc 😀');

      expect(comment).toEqual({
        id: comment.id,
        reportId: report.id,
        parentId: null,
        author: bob,
        body: 'a\r\nb\tc 😀',
        createdAt: new Date(clock.now).toISOString(),
        editedAt: null,
        deletedAt: null,
        mentions: [],
      });
      expect(await store.comment(report.id, comment.id)).toEqual(comment);
    });

    test('a comment is found under its own report alone', async () => {
      const { store } = await startBench(open);
      const [report, other] = [await addReport(store), await addReport(store)];
      const comment = await addComment(store, bob, report);

      expect(await store.comment(other.id, comment.id)).toBeUndefined();
      expect(await store.comment(report.id, nobodysId)).toBeUndefined();
      expect(await store.comments(other.id, { limit: 20 })).toEqual({ data: [], nextCursor: null });
    });

    test('the comments of no report are none, not an empty list', async () => {
      const { store } = await startBench(open);
      expect(await store.comments(nobodysId, { limit: 20 })).toBeUndefined();
    });

    test('a reply names a comment under the same report', async () => {
      const { store } = await startBench(open);
      const report = await addReport(store);
      const parent = await addComment(store, bob, report);

      const { value } = await store.addComment(cleo, report.id, { body: 'Indeed.', parentId: parent.id });

      expect(value.parentId).toBe(parent.id);
      expect(await store.comment(report.id, value.id)).toEqual(value);
    });

    test('a comment on no report, or a reply to no comment of this report, is not_found and leaves nothing', async () => {
      const { store, told } = await startBench(open);
      const [report, other] = [await addReport(store), await addReport(store)];
      const elsewhere = await addComment(store, bob, other);

      const onNothing = store.addComment(bob, nobodysId, { body: 'x', parentId: null });
      expect(await codeOf(onNothing)).toBe('not_found');
      for (const parentId of [nobodysId, elsewhere.id]) {
        expect(await codeOf(store.addComment(bob, report.id, { body: 'x', parentId }))).toBe('not_found');
      }

      expect((await store.comments(report.id, { limit: 20 }))?.data).toEqual([]);
      expect((await store.comments(nobodysId, { limit: 20 }))?.data).toBeUndefined();
      expect(told()).toHaveLength(1);
      expect((await store.inbox('ann')).seq).toBe(1);
    });

    test('a name is kept as it was when something was written', async () => {
      const { store } = await startBench(open);
      const report = await addReport(store);
      await addComment(store, bob, report);
      const renamed = { id: 'bob', name: 'Robert' };
      await addComment(store, renamed, report);

      const comments = (await store.comments(report.id, { limit: 20 }))?.data;
      expect(comments?.map(({ author }) => author)).toEqual([bob, renamed]);
      const notifications = (await store.notifications('ann', { status: 'all', limit: 20 })).data;
      expect(notifications.map(({ actor }) => actor)).toEqual([renamed, bob]);
    });
  });
}
