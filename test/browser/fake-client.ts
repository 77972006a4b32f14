import type { Page } from 'playwright-core';

/** What is counted in a page, from its first script on. */
export interface Work {
  /** Formatters of `Intl`, by far the most expensive thing that a list makes. */
  formatters: number;
  /** How often the items of the client's list were asked for. */
  reads: number;
  frames: number;
}

/** A client that a test moves, without a server: it tells as many events as it is told to. */
export interface FakeClient {
  /** New notifications arrive, `perFrame` in each animation frame. Resolves two frames after the last. */
  arrive(count: number, perFrame: number): Promise<void>;
  /** One of these fields arrives. */
  add(fields: object): void;
  /** The item at this index brings something new, and moves to the top. */
  raise(index: number): void;
  remove(index: number): void;
}

declare global {
  var work: Work;
  var fakeClient: FakeClient;
}

/** Counts work in a page, and gives it `globalThis.fakeClient`. Call it before the page is opened. */
export async function countWork(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const work = (globalThis.work = { formatters: 0, reads: 0, frames: 0 });
    for (const name of ['RelativeTimeFormat', 'DateTimeFormat', 'NumberFormat', 'PluralRules'] as const) {
      const constructed = new Proxy(Intl[name], {
        construct: (target, args) => {
          work.formatters += 1;
          return Reflect.construct(target, args) as object;
        },
      });
      Object.assign(Intl, { [name]: constructed });
    }
  });
}

/** Gives the bell of the page a client with so many items. */
export async function useFakeClient(page: Page, count: number): Promise<void> {
  await page.evaluate((existing) => {
    const target = new EventTarget();
    const at = Date.now();
    let made = 0;
    const make = () => {
      made += 1;
      return {
        seq: made,
        id: String(made).padStart(8, '0'),
        type: 'NEW_COMMENT_ON_REPORT',
        reason: 'owner',
        actor: { id: 'bob', name: 'Bob' },
        report: { id: 'r', title: 'Reading list' },
        comment: { id: 'c', excerpt: `Comment ${made}` },
        createdAt: new Date(at - 1_000_000 + made).toISOString(),
        seenAt: null,
        readAt: null,
        archivedAt: null,
      };
    };
    let items = Array.from({ length: existing }, make).toReversed();
    const tell = (type: string, detail: unknown) => target.dispatchEvent(new CustomEvent(type, { detail }));
    const list = {
      status: 'idle',
      error: undefined,
      filter: 'all',
      hasMore: false,
      cursor: undefined as string | undefined,
      get items() {
        globalThis.work.reads += 1;
        return items;
      },
      load() {
        list.status = 'ready';
        list.cursor = `epoch.${made}`;
        tell('list', list);
        return Promise.resolve();
      },
      loadMore: () => Promise.resolve(),
    };
    const done = () => Promise.resolve();
    const client = {
      state: { status: 'live', since: at },
      counts: { unread: existing, unseen: existing },
      list,
      on(type: string, listener: (detail: unknown) => void) {
        const own = (event: Event) => listener((event as CustomEvent).detail);
        target.addEventListener(type, own);
        return () => target.removeEventListener(type, own);
      },
      read: done,
      unread: done,
      archive: done,
      unarchive: done,
      readAll: done,
      seen: done,
      reconnect: () => undefined,
      close: () => undefined,
    };
    const putOnTop = (type: 'notification' | 'updated', notification: (typeof items)[number]) => {
      items = [notification, ...items.filter(({ id }) => id !== notification.id)];
      list.cursor = `epoch.${made}`;
      client.counts = { unread: items.length, unseen: items.length };
      // In the order in which the client tells them.
      tell('list', list);
      tell(type, { seq: made, notification, counts: client.counts });
      tell('counts', client.counts);
    };
    const frame = () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => {
          globalThis.work.frames += 1;
          resolve();
        }),
      );
    globalThis.fakeClient = {
      async arrive(arriving, perFrame) {
        for (let left = arriving; left > 0; left -= perFrame) {
          for (let i = 0; i < Math.min(left, perFrame); i++) putOnTop('notification', make());
          await frame();
        }
        await frame();
      },
      add: (fields) => putOnTop('notification', { ...make(), ...fields }),
      raise(index) {
        const old = items[index];
        if (old !== undefined) putOnTop('updated', { ...make(), id: old.id });
      },
      remove(index) {
        items = items.toSpliced(index, 1);
        tell('list', list);
      },
    };
    Object.assign(document.querySelector('carillon-bell') ?? {}, { client });
  }, count);
}
