import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Items, type ListEvent, withAction } from '../../src/client/items.ts';
import { createList, type List } from '../../src/client/list.ts';
import type { ListPage } from '../../src/client/requests.ts';
import {
  act,
  type Notification,
  type NotificationStatus,
  notificationActions,
} from '../../src/domain/notification.ts';

const time = '2026-11-23T00:00:00.000Z';

/** What a server does to one user's notifications, and tells. */
class Model {
  readonly events: ListEvent[] = [];
  readonly #born = new Map<string, number>();
  #all: Notification[] = [];
  #made = 0;

  get ids(): readonly string[] {
    return this.#all.map(({ id }) => id);
  }

  add(): void {
    // Ids sort by age.
    const id = `id-${String(++this.#made).padStart(4, '0')}`;
    const notification: Notification = {
      id,
      type: 'NEW_COMMENT_ON_REPORT',
      reason: 'owner',
      actor: { id: 'bob', name: 'Bob' },
      report: { id: 'report', title: 'Reading list' },
      comment: { id, excerpt: id },
      createdAt: time,
      seenAt: null,
      readAt: null,
      archivedAt: null,
    };
    this.#all = [notification, ...this.#all];
    this.#born.set(
      id,
      this.#tell((seq) => ({ type: 'notification', seq, notification })),
    );
  }

  act(id: string, choice: number): void {
    const action = notificationActions[choice % notificationActions.length] ?? 'read';
    const notification = this.#all.find((one) => one.id === id);
    if (notification === undefined) return;
    const changed = act(notification, action, time);
    if (changed === notification) return;
    this.#all = this.#all.map((one) => (one.id === id ? changed : one));
    this.#tell((seq) => ({ type: 'notification.updated', seq, notification: changed }));
  }

  remove(id: string): void {
    if (!this.ids.includes(id)) return;
    this.#all = this.#all.filter((one) => one.id !== id);
    this.#tell((seq) => ({ type: 'notification.removed', seq, notificationId: id }));
  }

  mark(as: 'read' | 'seen', upTo: number): void {
    const isMeant = ({ id, readAt, seenAt }: Notification) =>
      (as === 'read' ? readAt : seenAt) === null && (this.#born.get(id) ?? 0) <= upTo;
    if (!this.#all.some(isMeant)) return;
    this.#all = this.#all.map((one) =>
      isMeant(one) ? { ...one, seenAt: one.seenAt ?? time, readAt: as === 'read' ? time : one.readAt } : one,
    );
    // TypeScript does not see that either one is an event.
    this.#tell((seq) => ({ type: `notifications.${as}`, seq, upTo: `k3f9x0qa.${upTo}` }) as ListEvent);
  }

  readThese(ids: readonly string[]): void {
    const open = this.#all.filter(({ id, readAt }) => readAt === null && ids.includes(id));
    if (open.length === 0) return;
    this.#all = this.#all.map((one) => (open.includes(one) ? act(one, 'read', time) : one));
    this.#tell((seq) => ({ type: 'notifications.read', seq, ids: open.map(({ id }) => id) }));
  }

  page(status: NotificationStatus, limit: number, before: string | null): ListPage {
    const all = this.listed(status).filter(({ id }) => before === null || id < before);
    const data = all.slice(0, limit);
    return {
      data,
      nextCursor: all.length > limit ? (data.at(-1)?.id ?? null) : null,
      counts: { unread: 0, unseen: 0 },
      streamCursor: `k3f9x0qa.${this.events.length}`,
    };
  }

  listed(status: NotificationStatus): readonly Notification[] {
    return this.#all.filter(({ readAt, archivedAt }) => {
      if (status === 'archived') return archivedAt !== null;
      return archivedAt === null && (status === 'all' || (readAt === null) === (status === 'unread'));
    });
  }

  #tell(event: (seq: number) => ListEvent): number {
    const seq = this.events.length + 1;
    this.events.push(event(seq));
    return seq;
  }
}

/** A list on a model, between which everything takes its time. */
class World {
  readonly model = new Model();
  readonly list: List;
  /** Fetches: first they wait for their turn at the server, then for their way back. */
  readonly #asked: (() => void)[] = [];
  readonly #answered: (() => void)[] = [];
  #told = 0;

  constructor(pageSize: number) {
    const fetch = (status: NotificationStatus, limit: number, cursor: string | null) =>
      new Promise<ListPage>((resolve) => {
        this.#asked.push(() => {
          const page = this.model.page(status, limit, cursor);
          this.#answered.push(() => resolve(page));
        });
      });
    this.list = createList(fetch, pageSize, () => undefined);
    this.list.begin('k3f9x0qa.0');
  }

  deliver(): boolean {
    const event = this.model.events[this.#told];
    if (event === undefined) return false;
    this.#told++;
    this.list.take(event);
    return true;
  }

  answer(): boolean {
    const next = this.#asked.shift();
    next?.();
    return next !== undefined;
  }

  async arrive(): Promise<boolean> {
    const next = this.#answered.shift();
    next?.();
    await new Promise((resolve) => setImmediate(resolve));
    return next !== undefined;
  }

  async settle(): Promise<void> {
    while (this.deliver() || this.answer() || (await this.arrive()));
  }
}

/** What can be seen: times of marks that came by an event of many are the client's own. */
function seen(notifications: readonly Notification[]): readonly string[] {
  return notifications.map(
    ({ id, seenAt, readAt, archivedAt }) =>
      `${id}${seenAt ? ' seen' : ''}${readAt ? ' read' : ''}${archivedAt ? ' archived' : ''}`,
  );
}

async function step(world: World, choice: number, a: number, b: number): Promise<void> {
  const { model, list } = world;
  const id = model.ids[a % Math.max(1, model.ids.length)] ?? '';
  const steps: (() => unknown)[] = [
    () => model.add(),
    () => model.add(),
    () => model.act(id, b),
    () => model.act(id, b),
    () => model.remove(id),
    () => model.mark(b % 2 === 0 ? 'read' : 'seen', a % (model.events.length + 1)),
    () => model.readThese(model.ids.slice(a % 5, (a % 5) + 2)),
    () => world.deliver(),
    () => world.deliver(),
    () => world.deliver(),
    () => world.answer(),
    () => world.arrive(),
    () => void list.shown.load(),
    () => void list.shown.loadMore(),
    () => void list.shown.loadMore(),
  ];
  await steps[choice % steps.length]?.();
}

test.each(['all', 'unread', 'read', 'archived'] as const)(
  'a list of %s ends up as the server has it, however events and pages cross',
  async (filter) => {
    const steps = fc.array(fc.tuple(fc.nat(14), fc.nat(50), fc.nat(50)), { minLength: 20, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), steps, async (pageSize, taken) => {
        const world = new World(pageSize);
        for (let i = 0; i < 8; i++) world.model.add();
        void world.list.shown.load(filter);
        for (const [choice, a, b] of taken) await step(world, choice, a, b);
        await world.settle();

        const { status, items, hasMore, cursor } = world.list.shown;
        const all = seen(world.model.listed(filter));
        expect(status).toBe('ready');
        expect(cursor).toBe(`k3f9x0qa.${world.model.events.length}`);
        expect(seen(items)).toEqual(all.slice(0, items.length));
        if (!hasMore) expect(items).toHaveLength(all.length);
      }),
      { numRuns: 2_000 },
    );
  },
);

test('what came before the page changes nothing, not even for a moment', async () => {
  const world = new World(20);
  world.model.add();
  world.model.act('id-0001', 2);
  const loading = world.list.shown.load();
  world.answer();
  await world.arrive();
  await loading;
  expect(world.list.shown.items).toEqual([]);
  world.deliver();
  expect(world.list.shown.items).toEqual([]);
  expect(world.list.shown.cursor).toBe('k3f9x0qa.2');
});

test('an action shows at once, is taken back when it fails, and stays when it succeeds', async () => {
  const world = new World(20);
  world.model.add();
  void world.list.shown.load();
  await world.settle();
  const read = (items: Items) => withAction(items, 'id-0001', 'read', time);
  const shown = () => seen(world.list.shown.items);

  let fail: (reason: Error) => void = () => undefined;
  const failing = world.list.during(read, new Promise((_resolve, reject) => (fail = reject)));
  expect(shown()).toEqual(['id-0001 seen read']);
  fail(new Error('No.'));
  await expect(failing).rejects.toThrow('No.');
  expect(shown()).toEqual(['id-0001']);

  await world.list.during(read, Promise.resolve());
  expect(shown()).toEqual(['id-0001 seen read']);
});
