import type { Store } from '../domain/store.ts';
import type { Hub } from './hub.ts';

export interface HeadCheckParts {
  readonly store: Pick<Store, 'heads'>;
  readonly hub: Pick<Hub, 'userIds' | 'offerHeads'>;
  /** Whether the bus is heard: while it is not, nothing else finds what other processes commit. */
  readonly isHeard: () => boolean;
  readonly observer: HeadCheckObserver;
}

/** Hears of what the head check does. */
export interface HeadCheckObserver {
  /** The heads of some or all users were looked at. */
  checked(): void;
  /** That was not possible; it is tried again every second, and not told again before it was possible. */
  failed(error: unknown): void;
}

/** Between two checks of all users: while the bus is heard, and while it is not. */
const periodMs = 30_000;
const deafPeriodMs = 1_000;
/** Most users of one query. */
const maxUsers = 20_000;

/**
 * Looks whether the inboxes of the users who have streams here have gone on without this process hearing of it. This is
 * how the last message is found that the bus has lost: of any other the next one tells.
 */
export class HeadCheck {
  readonly #parts: HeadCheckParts;
  readonly #timer: NodeJS.Timeout;
  readonly #users = new Set<string>();
  #isForAll = false;
  /** Processes that start together check apart. */
  #lastForAll = performance.now() - Math.random() * periodMs;
  #isRunning = false;
  #isFailing = false;
  #running = Promise.resolve();

  constructor(parts: HeadCheckParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#tick(), deafPeriodMs).unref();
  }

  /** Checks these users, or all, as soon as the check is done that is under way. */
  check(userIds?: readonly string[]): void {
    if (userIds === undefined) this.#isForAll = true;
    else for (const userId of userIds) this.#users.add(userId);
    if (!this.#isRunning) this.#running = this.#run();
  }

  /** Checks nothing any more, once the check is done that is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #tick(): void {
    const isDue = performance.now() - this.#lastForAll >= periodMs;
    if (isDue || !this.#parts.isHeard()) this.check();
  }

  async #run(): Promise<void> {
    const { observer } = this.#parts;
    this.#isRunning = true;
    try {
      while (this.#isForAll || this.#users.size > 0) {
        const isForAll = this.#isForAll;
        const users = isForAll ? this.#parts.hub.userIds() : [...this.#users];
        this.#isForAll = false;
        this.#users.clear();
        await this.#look(users);
        if (isForAll) this.#lastForAll = performance.now();
        this.#isFailing = false;
      }
    } catch (error) {
      this.#lastForAll = -Infinity;
      if (!this.#isFailing) observer.failed(error);
      this.#isFailing = true;
    } finally {
      // In the turn in which nothing was left to check: whoever comes next must find that nothing runs.
      this.#isRunning = false;
    }
  }

  async #look(users: string[]): Promise<void> {
    const { store, hub, observer } = this.#parts;
    while (users.length > 0) {
      const some = users.splice(0, maxUsers);
      const heads = await store.heads(some);
      // A user without an inbox has the head 0, which shows a forged event as well.
      hub.offerHeads(new Map(some.map((userId) => [userId, heads.get(userId) ?? 0])));
    }
    observer.checked();
  }
}
