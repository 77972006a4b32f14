import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ListEvent } from '../../src/client/items.ts';
import { createList, type List } from '../../src/client/list.ts';
import type { Notification } from '../../src/domain/notification.ts';
import { acted } from '../../src/client/notification-state.ts';
import type { ListPage } from '../../src/client/requests.ts';
import { type NotificationStatus, notificationActions } from '../../src/domain/notification.ts';

const time = '2026-11-23T00:00:00.000Z';

type Numbered = Notification & { readonly seq: number };

/** What a server does to one user's notifications, and tells. */
class Model {
  readonly events: ListEvent[] = [];
  /** In the order in which they were last raised, the newest first. */
  #all: Numbered[] = [];
  #made = 0;

  get ids(): readonly string[] {
    return this.#all.map(({ id }) => id);
  }

  add(): void {
    const id = `id-${String(++this.#made).padStart(4, '0')}`;
    this.#raise(notificationOf(id, this.events.length + 1), 'notification');
  }

  /** Another activity of its group: it is unread again, and the newest. */
  raise(id: string): void {
    const one = this.#all.find((one) => one.id === id);
    if (one?.archivedAt !== null) return;
    const seq = this.events.length + 1;
    this.#raise({ ...one, seq, count: one.count + 1, seenAt: null, readAt: null }, 'notification.updated');
  }

  act(id: string, choice: number): void {
    const action = notificationActions[choice % notificationActions.length] ?? 'read';
    const one = this.#all.find((one) => one.id === id);
    if (one === undefined) return;
    const changed = { ...acted(one, action, time), seq: one.seq };
    if (JSON.stringify(changed) === JSON.stringify(one)) return;
    this.#all = this.#all.map((one) => (one.id === id ? changed : one));
    this.#tell((seq) => ({ type: 'notification.updated', seq, notification: changed }));
  }

  remove(id: string): void {
    if (!this.ids.includes(id)) return;
    this.#all = this.#all.filter((one) => one.id !== id);
    this.#tell((seq) => ({ type: 'notification.removed', seq, notificationId: id }));
  }

  mark(as: 'read' | 'seen', upTo: number): void {
    const isMeant = (one: Numbered) => one[`${as}At`] === null && one.seq <= upTo;
    if (!this.#all.some(isMeant)) return;
    this.#all = this.#all.map((one) => (isMeant(one) ? { ...acted(one, as, time), seq: one.seq } : one));
    // TypeScript does not see that either one is an event.
    this.#tell((seq) => ({ type: `notifications.${as}`, seq, upTo: `k3f9x0qa.${upTo}` }) as ListEvent);
  }

  readThese(ids: readonly string[]): void {
    const open = this.#all.filter(({ id, readAt }) => readAt === null && ids.includes(id));
    if (open.length === 0) return;
    this.#all = this.#all.map((one) =>
      open.includes(one) ? { ...acted(one, 'read', time), seq: one.seq } : one,
    );
    this.#tell((seq) => ({ type: 'notifications.read', seq, ids: open.map(({ id }) => id) }));
  }

  page(status: NotificationStatus, limit: number, before: string | null): ListPage {
    const all = this.listed(status).filter(({ seq }) => before === null || seq < Number(before));
    const data = all.slice(0, limit);
    return {
      data,
      nextCursor: all.length > limit ? String(data.at(-1)?.seq) : null,
      counts: { unread: 0, unseen: 0 },
      streamCursor: `k3f9x0qa.${this.events.length}`,
    };
  }

  listed(status: NotificationStatus): readonly Numbered[] {
    return this.#all.filter(({ readAt, archivedAt }) => {
      if (status === 'archived') return archivedAt !== null;
      return archivedAt === null && (status === 'all' || (readAt === null) === (status === 'unread'));
    });
  }

  #raise(raised: Numbered, type: 'notification' | 'notification.updated'): void {
    this.#all = [raised, ...this.#all.filter(({ id }) => id !== raised.id)];
    this.#tell((seq) => ({ type, seq, notification: raised }));
  }

  #tell(event: (seq: number) => ListEvent): number {
    const seq = this.events.length + 1;
    this.events.push(event(seq));
    return seq;
  }
}

function notificationOf(id: string, seq: number): Numbered {
  return {
    id,
    seq,
    type: 'NEW_COMMENT_ON_REPORT',
    reason: 'owner',
    topic: 'report:report',
    title: 'Reading list',
    body: id,
    url: null,
    data: null,
    count: 1,
    actors: [],
    updatedAt: time,
    actor: { id: 'bob', name: 'Bob' },
    report: { id: 'report', title: 'Reading list' },
    comment: { id, excerpt: id },
    createdAt: time,
    seenAt: null,
    readAt: null,
    archivedAt: null,
  };
}

/** A list on a model, between which everything takes its time. */
class World {
  readonly model = new Model();
  readonly list: List;
  /** Fetches: first they wait for their turn at the server, then for their way back. */
  readonly #asked: (() => void)[] = [];
  readonly #answered: (() => void)[] = [];
  #told = 0;

  constructor(pageSize: number, maxItems?: number) {
    const fetch = (status: NotificationStatus, limit: number, cursor: string | null) =>
      new Promise<ListPage>((resolve) => {
        this.#asked.push(() => {
          const page = this.model.page(status, limit, cursor);
          this.#answered.push(() => resolve(page));
        });
      });
    this.list = createList(fetch, pageSize, () => undefined, maxItems);
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
    ({ id, count, seenAt, readAt, archivedAt }) =>
      `${id}${count > 1 ? ` × ${count}` : ''}${seenAt ? ' seen' : ''}${readAt ? ' read' : ''}${archivedAt ? ' archived' : ''}`,
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
    () => model.raise(id),
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
    const steps = fc.array(fc.tuple(fc.nat(15), fc.nat(50), fc.nat(50)), { minLength: 20, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(5, 10, 1_000),
        steps,
        async (...given) => {
          const [pageSize, maxItems, taken] = given;
          const world = new World(pageSize, maxItems);
          for (let i = 0; i < 8; i++) world.model.add();
          void world.list.shown.load(filter);
          for (const [choice, a, b] of taken) await step(world, choice, a, b);
          await world.settle();

          const { status, items, hasMore, cursor } = world.list.shown;
          const all = seen(world.model.listed(filter));
          expect(status).toBe('ready');
          expect(cursor).toBe(`k3f9x0qa.${world.model.events.length}`);
          expect(seen(items)).toEqual(all.slice(0, items.length));
          if (!hasMore) expect(items).toHaveLength(Math.min(all.length, maxItems));
          while (world.list.shown.hasMore && world.list.shown.items.length < 20) {
            void world.list.shown.loadMore();
            await world.settle();
          }
          const { length } = world.list.shown.items;
          expect(seen(world.list.shown.items)).toEqual(all.slice(0, length));
          expect(length).toBeGreaterThanOrEqual(Math.min(all.length, maxItems, 20));
        },
      ),
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
  const read = (one: Notification) => (one.id === 'id-0001' ? acted(one, 'read', time) : one);
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

test('a raised one moves to the top, and a mark of before does not read it', async () => {
  const world = new World(2);
  for (let i = 0; i < 3; i++) world.model.add();
  void world.list.shown.load();
  await world.settle();
  const shown = () => seen(world.list.shown.items);
  expect(shown()).toEqual(['id-0003', 'id-0002']);
  world.model.raise('id-0002');
  // It stood below the first page.
  world.model.raise('id-0001');
  world.model.mark('read', 3);
  await world.settle();
  expect(shown()).toEqual(['id-0001 × 2', 'id-0002 × 2', 'id-0003 seen read']);
});

test('a read event that says neither which nor up to where has the list fetched again', async () => {
  const world = new World(2);
  world.model.add();
  void world.list.shown.load();
  await world.settle();
  world.list.take({ type: 'notifications.read', seq: 2, topic: 'report:7' } as unknown as ListEvent);
  expect(world.list.shown.status).toBe('loading');
});

test('a list has 1,000 items at most, and an event costs the same however many it has', async () => {
  const world = new World(100);
  world.model.add();
  void world.list.shown.load();
  await world.settle();
  let looks = 0;
  /** Counts how often the list looks at it. */
  const watched = (one: Numbered) =>
    new Proxy(one, {
      get: (target, key) => {
        looks++;
        return Reflect.get(target, key) as unknown;
      },
    });
  const sort = vi.spyOn(Array.prototype, 'sort');
  onTestFinished(() => sort.mockRestore());
  const events = 3_000;
  for (let seq = 2; seq <= events; seq++) {
    const notification = watched(notificationOf(`id-${String(seq).padStart(4, '0')}`, seq));
    world.list.take({ type: 'notification', seq, notification });
  }
  // Filtered and put in order for each event, they would be looked at some ten million times.
  expect(looks).toBeLessThan(100 * events);
  const sorted = sort.mock.contexts.reduce<number>((sum, items) => sum + (items as unknown[]).length, 0);
  expect(sorted).toBeLessThan(100 * events);
  expect(world.list.shown.items).toHaveLength(1_000);
  expect(world.list.shown.items[0]?.id).toBe('id-3000');
  expect(world.list.shown.hasMore).toBe(false);

  world.list.take({ type: 'notification.removed', seq: events + 1, notificationId: 'id-3000' });
  await world.settle();
  expect(world.list.shown.items.length).toBeGreaterThanOrEqual(999);
});

test('of what was dropped nothing comes back but in its place', async () => {
  const world = new World(15, 20);
  for (let i = 0; i < 17; i++) world.model.add();
  void world.list.shown.load();
  await world.settle();
  void world.list.shown.loadMore();
  world.answer();
  // More than there is room for arrive while the page of id-0002 and id-0001 is on its way.
  for (let i = 0; i < 8; i++) world.model.add();
  while (world.deliver());
  await world.arrive();
  for (let i = 25; i > 10; i--) world.model.remove(`id-00${i}`);
  world.model.act('id-0003', 0);
  await world.settle();
  const shown = () => seen(world.list.shown.items);
  expect(shown()).toEqual(['id-0010', 'id-0009', 'id-0008', 'id-0007', 'id-0006']);
  expect(world.list.shown.hasMore).toBe(true);
  void world.list.shown.loadMore();
  await world.settle();
  expect(shown()).toEqual(seen(world.model.listed('all')));
});
