import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../support/random.ts';
import { type Answer, ask } from './ask.ts';
import { insist } from './insist.ts';
import type { Tokens } from './tokens.ts';

interface MarkersParts {
  readonly seed: number;
  readonly tokens: Tokens;
  readonly url: string;
  readonly users: readonly string[];
}

/**
 * What users do to their notifications. Nothing stays read before the end, because what was read goes away with
 * retention, and the ledger wants to see it.
 */
const marks = [
  ['/notifications/:id/read', '/notifications/:id/unread'],
  ['/notifications/:id/archive', '/notifications/:id/unarchive'],
  ['/notifications/:id/archive'],
] as const;

/** Marks notifications until told to stop, so that a log holds more than one kind of event. */
export class Markers {
  readonly #parts: MarkersParts;
  #isPaused = false;
  #giveUp = false;
  #atWork: Promise<void>[] = [];

  constructor(parts: MarkersParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isPaused = false;
    this.#atWork = this.#parts.users.map((user, i) => this.#work(user, this.#parts.seed + i));
  }

  /** Resolves when everything is back again and nobody marks any more, before `start`. */
  async settle(): Promise<void> {
    this.#isPaused = true;
    await Promise.all(this.#atWork);
  }

  /** Marks no more after this: everybody reads some of the newest. */
  async stop(limitMs: number): Promise<void> {
    const giveUp = setTimeout(() => (this.#giveUp = true), limitMs);
    await this.settle();
    await Promise.all(this.#parts.users.map((user) => this.#readSome(user)));
    clearTimeout(giveUp);
  }

  async #work(user: string, seed: number): Promise<void> {
    const random = createRandom(seed);
    while (!this.#isPaused) {
      await sleep(random.whole(200, 600));
      const { ids, upTo } = await this.#newest(user, 20);
      if (ids.length === 0) continue;
      const id = random.pick(ids);
      for (const path of random.pick(marks)) await this.#insist(user, path.replace(':id', id));
      if (random.chance(0.3)) await this.#insist(user, '/notifications/seen', { upTo });
    }
  }

  async #readSome(user: string): Promise<void> {
    const { ids } = await this.#newest(user, 5);
    if (ids.length > 0) await this.#insist(user, '/notifications/read', { ids });
  }

  /** @returns no ids when there are none, or the list cannot be had */
  async #newest(user: string, limit: number): Promise<{ ids: readonly string[]; upTo: string }> {
    const list = await this.#ask(user, `/notifications?limit=${limit}`).catch(() => undefined);
    const data: readonly { id: string }[] = list?.json?.data ?? [];
    return { ids: data.map(({ id }) => id), upTo: String(list?.json?.streamCursor) };
  }

  /** Repeats it until it is done, or what it marks is gone: marking twice is marking once. */
  async #insist(user: string, path: string, body?: unknown): Promise<void> {
    const random = createRandom(this.#parts.seed);
    await insist(() => this.#ask(user, path, 'POST', body), { random, goesOn: () => !this.#giveUp });
  }

  async #ask(user: string, path: string, method: 'GET' | 'POST' = 'GET', body?: unknown): Promise<Answer> {
    const token = await this.#parts.tokens.lasting(user);
    return ask(`${this.#parts.url}${path}`, { method, token, body });
  }
}
