import { createHash } from 'node:crypto';
import { type IncrementResponse, MemoryStore, type Options, type Store } from 'express-rate-limit';
import { RedisStore } from 'rate-limit-redis';
import type { Ask } from './redis-places.ts';

/**
 * Counts for express-rate-limit on all processes together, and on this one alone while Redis is away: what is counted
 * here is counted all the time, so that the limit does not begin anew then.
 */
export class RedisCounter implements Store {
  readonly prefix: string;
  readonly #own = new MemoryStore();
  readonly #shared: RedisStore;

  /** @param prefix what the names of its keys begin with. */
  constructor(ask: Ask, prefix: string) {
    this.prefix = prefix;
    this.#shared = new RedisStore({
      prefix,
      sendCommandCluster: async ({ key, command }) => {
        const [name, , script = ''] = command;
        // What comes back are the numbers and strings that this store's own scripts give.
        if (name !== 'SCRIPT') return (await ask(key ?? prefix, command)) as number[];
        // It would remember for good that loading a script has failed once. At the start, without a key, Redis need not
        // be there yet; later a script that could not be loaded is missing again, and loaded again.
        if (key !== undefined) await ask(key, command).catch(() => undefined);
        return createHash('sha1').update(script).digest('hex');
      },
    });
  }

  init(options: Options): void {
    this.#own.init(options);
    void this.#shared.init(options);
  }

  async increment(key: string): Promise<IncrementResponse> {
    const own = await this.#own.increment(key);
    try {
      return await this.#shared.increment(key);
    } catch {
      return own;
    }
  }

  async decrement(key: string): Promise<void> {
    await this.#own.decrement(key);
    await this.#shared.decrement(key).catch(() => undefined); // Redis is away, and counts nothing.
  }

  async resetKey(key: string): Promise<void> {
    await this.#own.resetKey(key);
    await this.#shared.resetKey(key).catch(() => undefined);
  }
}
