import { describe, expect, test } from 'vitest';
import type { Commit } from '../../../src/domain/store.ts';
import {
  addComment,
  addReport,
  ann,
  bob,
  cleo,
  codeOf,
  dataOf,
  nobodysId,
  notifyAnn,
  numbersTo,
  type OpenStore,
  recount,
  startBench,
} from './bench.ts';

export function describeCommits(open: OpenStore): void {
  describe('commits', () => {
    test('whatever a request does to inboxes is told before its promise resolves', async () => {
      const { store, told } = await startBench(open);
      const report = await addReport(store);
      const toldAtTheEndOf = async (request: Promise<unknown>) => {
        await request;
        return told().length;
      };

      expect(await toldAtTheEndOf(addComment(store, bob, report))).toBe(1);
      const [notification] = (await store.notifications('ann', { status: 'all', limit: 1 })).data;
      const id = notification?.id ?? '';
      expect(await toldAtTheEndOf(store.markSeen('ann', 1))).toBe(2);
      expect(await toldAtTheEndOf(store.act('ann', id, 'archive'))).toBe(3);
      expect(await toldAtTheEndOf(store.act('ann', id, 'unarchive'))).toBe(4);
      expect(await toldAtTheEndOf(store.markRead('ann', { ids: [id] }))).toBe(5);
      expect(await toldAtTheEndOf(store.act('ann', id, 'unread'))).toBe(6);
      expect(await toldAtTheEndOf(store.markRead('ann', { upTo: 6 }))).toBe(7);
    });

    test('what is told can be read already', async () => {
      const reads: Promise<unknown>[] = [];
      const { store } = await startBench(async (parts) => {
        const opened = await open({
          ...parts,
          onCommit: (commit) => {
            parts.onCommit(commit);
            for (const { userId, seq } of commit.events) reads.push(opened.store.log(userId, seq - 1, 1));
          },
        });
        return opened;
      });
      const report = await addReport(store);
      await addComment(store, bob, report);

      expect(reads).toHaveLength(1);
      expect(await reads[0]).toMatchObject({ inbox: { seq: 1 }, events: [{ seq: 1 }] });
    });

    test('a commit says how many rows it wrote, and when', async () => {
      const { store, commits } = await startBench(open);
      const before = performance.now();
      const report = await addReport(store);
      await addComment(store, bob, report);
      const after = performance.now();

      // A report and its owner's watch; then a comment, its author's watch, an activity, a recipient, a notification, an
      // event, an inbox.
      expect(commits.map(({ rows }) => rows)).toEqual([2, 7]);
      for (const { committedAt } of commits) {
        expect(committedAt).toBeGreaterThan(before);
        expect(committedAt).toBeLessThan(after);
      }
    });

    test('what a request wrote before it failed does not count as written', async () => {
      const { store, commits } = await startBench(open);
      const [mine] = await notifyAnn(store, 1);
      const rows = () => commits.reduce((sum, commit) => sum + commit.rows, 0);
      const before = rows();

      const ids = [mine?.id ?? '', nobodysId];
      expect(await codeOf(store.markRead('ann', { ids }))).toBe('not_found');

      expect(rows()).toBe(before);
    });

    test('nobody is notified of their own comment', async () => {
      const { store, told } = await startBench(open);
      const report = await addReport(store, ann);

      await addComment(store, ann, report);

      expect(told()).toEqual([]);
      expect(await store.inbox('ann')).toEqual({ seq: 0, floor: 0, counts: { unread: 0, unseen: 0 } });
      expect((await store.comments(report.id, { limit: 20 }))?.data).toHaveLength(1);
    });

    test('many writes at once number the events of each user 1, 2, 3 … without holes', async () => {
      const { store, told, commits } = await startBench(open);
      const owners = [ann, bob, cleo];
      const reports = await Promise.all(owners.map((owner) => addReport(store, owner)));
      const each = 150;
      const writes = numbersTo(each).flatMap((n) =>
        reports.flatMap((report, i) =>
          owners.filter((_, j) => j !== i).map((author) => addComment(store, author, report, `${n}`)),
        ),
      );
      await Promise.all(writes);

      for (const { id } of owners) {
        const events = told(id);
        // All comments to them, and some to others under whose reports they had commented before.
        expect(events.length).toBeGreaterThan(2 * each);
        expect(events.map(({ seq }) => seq)).toEqual(numbersTo(events.length));
        expect(events.map((event) => dataOf(event).counts.unread)).toEqual(numbersTo(events.length));
        expect((await store.log(id, 0, 1000)).events).toEqual(events);
        expect((await store.inbox(id)).counts).toEqual(await recount(store, id));
      }
      expect(toldTwice(commits)).toEqual([]);
    });

    test('a request that fails among others tells nothing and takes no number', async () => {
      const { store, told } = await startBench(open);
      const report = await addReport(store);
      const outcomes = await Promise.allSettled(
        numbersTo(30).map((n) =>
          n % 3 === 0
            ? store.addComment(bob, report.id, { body: 'x', parentId: report.id })
            : addComment(store, bob, report),
        ),
      );

      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10);
      expect(told().map(({ seq }) => seq)).toEqual(numbersTo(20));
      expect((await store.comments(report.id, { limit: 100 }))?.data).toHaveLength(20);
    });
  });
}

function toldTwice(commits: readonly Commit[]): string[] {
  const names = commits.flatMap(({ events }) => events.map(({ userId, seq }) => `${userId} ${seq}`));
  return names.filter((name, i) => names.indexOf(name) !== i);
}
