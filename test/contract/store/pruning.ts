import { describe, expect, test } from 'vitest';
import type { Store } from '../../../src/domain/store.ts';
import {
  addComment,
  addReport,
  ann,
  asReplayed,
  type Bench,
  bob,
  hourMs,
  listAll,
  notifyAnn,
  numbersTo,
  type OpenStore,
  recount,
  startBench,
} from './bench.ts';

/** Prunes to the end. @returns how many steps that took */
async function pruneAll(store: Store, before: number, afterStep?: () => Promise<void>): Promise<number> {
  let steps = 0;
  let from: string | undefined;
  do {
    from = await store.prune(before, from);
    await afterStep?.();
    // What no store needs: pruning that never ends must not look like a slow one.
    if (++steps > 1000) expect.unreachable('pruning does not end');
  } while (from !== undefined);
  return steps;
}

/** Nothing is missing behind the floor: the log goes on with floor + 1 and has no holes. */
async function expectWholeBehindFloor({ store, told }: Bench, userId: string): Promise<void> {
  const { inbox, events } = await store.log(userId, 0, 10_000);
  expect(events).toEqual(await asReplayed(store, userId, told(userId).slice(inbox.floor)));
}

export function describePruning(open: OpenStore): void {
  describe('pruning', () => {
    test('deletes old events and raises the floor to the last of them; numbers go on', async () => {
      const bench = await startBench(open);
      const { store, clock, told } = bench;
      await notifyAnn(store, 3);
      clock.now += hourMs;
      const before = clock.now;
      await store.markSeen('ann', 3);
      const report = await addReport(store);
      await addComment(store, bob, report);

      await pruneAll(store, before);

      expect(await store.inbox('ann')).toEqual({ seq: 5, floor: 3, counts: { unread: 4, unseen: 1 } });
      expect((await store.log('ann', 0, 100)).events.map(({ seq }) => seq)).toEqual([4, 5]);
      await pruneAll(store, before + 1);
      expect(await store.inbox('ann')).toEqual({ seq: 5, floor: 5, counts: { unread: 4, unseen: 1 } });
      expect((await store.log('ann', 5, 100)).events).toEqual([]);
      expect(told()).toHaveLength(5);
      await addComment(store, bob, report);
      expect(told().at(-1)?.seq).toBe(6);
      await expectWholeBehindFloor(bench, 'ann');
    });

    test('deletes what was read long ago, archived or not, and keeps what is unread', async () => {
      const bench = await startBench(open);
      const { store, clock } = bench;
      const ids = (await notifyAnn(store, 5)).map(({ id }) => id);
      await store.markSeen('ann', 5);
      await store.markRead('ann', { ids: ids.slice(0, 2) });
      await store.act('ann', ids[1] ?? '', 'archive');
      await store.act('ann', ids[2] ?? '', 'archive');
      clock.now += hourMs;
      await notifyAnn(store, 1);
      const [young] = await listAll(store, 'ann');
      const read = await store.act('ann', young?.id ?? '', 'read');
      const counts = (await store.inbox('ann')).counts;

      await pruneAll(store, clock.now);

      const kept = await listAll(store, 'ann');
      expect(kept.map(({ id }) => id)).toEqual([young?.id, ids[4], ids[3]]);
      expect(kept[0]).toEqual(read);
      expect((await listAll(store, 'ann', 'archived')).map(({ id }) => id)).toEqual([ids[2]]);
      expect((await store.inbox('ann')).counts).toEqual(counts);
      expect(await recount(store, 'ann')).toEqual(counts);
    });

    test('changes nothing where nothing is old, and nothing in an empty store', async () => {
      const { store, clock, commits } = await startBench(open);
      expect(await store.prune(clock.now)).toBeUndefined();
      await notifyAnn(store, 3);
      await store.markRead('ann', { upTo: 3 });
      const list = await listAll(store, 'ann');
      const log = await store.log('ann', 0, 100);
      const rows = commits.reduce((sum, commit) => sum + commit.rows, 0);

      await pruneAll(store, clock.now);

      expect(await listAll(store, 'ann')).toEqual(list);
      expect(await store.log('ann', 0, 100)).toEqual(log);
      expect(commits.reduce((sum, commit) => sum + commit.rows, 0)).toBe(rows);
    });

    test('goes in small steps, and the floor is right after each of them', async () => {
      const bench = await startBench(open);
      const { store, clock, commits, told } = bench;
      const report = await addReport(store);
      await Promise.all(numbersTo(2000).map((n) => addComment(store, bob, report, `${n}`)));
      await store.markRead('ann', { upTo: 2000 });
      clock.now += hourMs;
      const first = commits.length;

      const steps = await pruneAll(store, clock.now, () => expectWholeBehindFloor(bench, 'ann'));

      expect(steps).toBeGreaterThan(2);
      // 4,004 rows are deleted in all: marking them as read took four events.
      for (const { rows } of commits.slice(first)) expect(rows).toBeLessThan(2000);
      expect(await store.inbox('ann')).toMatchObject({ seq: 2004, floor: 2004 });
      expect(await listAll(store, 'ann')).toEqual([]);
      expect(told()).toHaveLength(2004);
    });

    test('reaches every user, however many there are', async () => {
      const { store, clock } = await startBench(open);
      const users = numbersTo(350).map((n) => ({ id: `user-${n}`, name: `User ${n}` }));
      await Promise.all(
        users.map(async (user) => {
          await addComment(store, ann, await addReport(store, user));
          await store.markRead(user.id, { upTo: 1 });
        }),
      );
      clock.now += hourMs;

      const steps = await pruneAll(store, clock.now);

      expect(steps).toBeGreaterThan(1);
      for (const { id } of users) {
        expect(await store.inbox(id)).toMatchObject({ seq: 2, floor: 2 });
        expect(await listAll(store, id)).toEqual([]);
      }
    });

    test('requests between two steps are served, and lose nothing', async () => {
      const bench = await startBench(open);
      const { store, clock } = bench;
      const report = await addReport(store);
      await Promise.all(numbersTo(1200).map(() => addComment(store, bob, report)));
      clock.now += hourMs;
      let added = 0;

      await pruneAll(store, clock.now, async () => {
        await addComment(store, bob, report, `later ${++added}`);
      });

      expect(await store.inbox('ann')).toMatchObject({ seq: 1200 + added, floor: 1200 });
      await expectWholeBehindFloor(bench, 'ann');
      expect((await store.inbox('ann')).counts).toEqual(await recount(store, 'ann'));
    });

    test('leaves no hole behind the floor when the clock once went back', async () => {
      const bench = await startBench(open);
      const { store, clock } = bench;
      const report = await addReport(store);
      const start = clock.now;
      for (const hours of [0, 0, 5, 1, 1, 9]) {
        clock.now = start + hours * hourMs;
        await addComment(store, bob, report);
      }

      await pruneAll(store, start + 3 * hourMs);

      expect((await store.inbox('ann')).floor).toBe(2);
      await expectWholeBehindFloor(bench, 'ann');
    });

    test('keeps the keys and tickets that have not ended', async () => {
      const { store, clock } = await startBench(open);
      const once = { key: 'k', fingerprint: 'f' };
      const ticket = {
        hash: 'h',
        actor: ann,
        sessionIssuedAt: 0,
        sessionEndsAt: clock.now + hourMs,
        endsAt: clock.now + 30_000,
      };
      const first = await store.addReport(ann, { title: 'A', body: '' }, once);
      await store.addTicket(ticket);
      clock.now += 29_999;

      await pruneAll(store, clock.now);

      expect(await store.takeTicket('h')).toEqual(ticket);
      const again = await store.addReport(ann, { title: 'A', body: '' }, once);
      expect(again).toEqual({ value: first.value, replayed: true });
    });

    test('is kept: what was pruned does not come back with a restart', async () => {
      const bench = await startBench(open);
      await notifyAnn(bench.store, 3);
      await bench.store.markRead('ann', { upTo: 2 });
      bench.clock.now += hourMs;
      await pruneAll(bench.store, bench.clock.now);
      await bench.reopen();
      expect(await bench.store.inbox('ann')).toMatchObject({ seq: 4, floor: 4 });
      expect(await listAll(bench.store, 'ann')).toHaveLength(1);
    });
  });
}
