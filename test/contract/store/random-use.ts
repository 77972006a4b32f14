import { describe, expect, test } from 'vitest';
import { notificationActions } from '../../../src/domain/notification.ts';
import type { Report } from '../../../src/domain/report.ts';
import type { Store } from '../../../src/domain/store.ts';
import { createRandom, type Random } from '../../support/random.ts';
import {
  addComment,
  addReport,
  ann,
  type Bench,
  bob,
  cleo,
  listAll,
  nobodysId,
  type OpenStore,
  startBench,
} from './bench.ts';
import { expectInStep, sendAll } from './random-world.ts';
import { listedState, Replica } from './replica.ts';
import { seeds } from './seeds.ts';

const people = [ann, bob, cleo];

export function describeRandomUse(open: OpenStore): void {
  describe('random use', () => {
    test.each(seeds)('keeps inbox, list, and log in step, one request at a time (seed %i)', async (seed) => {
      const world = new World(await startBench(open), createRandom(seed));
      await world.begin();
      for (let i = 0; i < 250; i++) await world.step(1);
    });

    test.each(seeds)('keeps inbox, list, and log in step, many requests at once (seed %i)', async (seed) => {
      const world = new World(await startBench(open), createRandom(seed));
      await world.begin();
      for (let i = 0; i < 30; i++) await world.step(20);
    });
  });
}

/** Some users who do this and that, and for each a client that hears only events. */
class World {
  readonly #bench: Bench;
  readonly #random: Random;
  readonly #reports: Report[] = [];
  readonly #replicas = new Map(people.map(({ id }) => [id, new Replica()]));
  /** How many of the told events the replicas have heard. */
  #heard = 0;

  constructor(bench: Bench, random: Random) {
    this.#bench = bench;
    this.#random = random;
  }

  async begin(): Promise<void> {
    for (const person of people) this.#reports.push(await addReport(this.#bench.store, person));
  }

  /** Sends `count` requests at once, and looks whether everything fits together afterwards. */
  async step(count: number): Promise<void> {
    this.#bench.clock.now += this.#random.whole(0, 1000);
    if (this.#random.chance(0.02)) await this.#bench.reopen();
    const before = await this.#listedStates();
    const requests = await Promise.all(Array.from({ length: count }, () => this.#pickRequest()));
    await sendAll(this.#bench.store, requests, ['not_found', 'invalid_input']);
    await this.#check(before, count);
  }

  async #check(before: readonly string[], requests: number): Promise<void> {
    const news = this.#bench.told().slice(this.#heard);
    this.#heard += news.length;
    for (const event of news) this.#replicas.get(event.userId)?.apply(event);

    const after = await this.#listedStates();
    for (const [i, { id }] of people.entries()) {
      await expectInStep(this.#bench, id);
      expect(this.#replicas.get(id)?.state(), `what a client of ${id} knows`).toBe(after[i]);
      if (requests > 1) continue;
      // Exactly the requests that changed something have an event.
      const own = news.filter(({ userId }) => userId === id);
      expect(own, `events of ${id}`).toHaveLength(before[i] === after[i] ? 0 : 1);
    }
  }

  async #listedStates(): Promise<readonly string[]> {
    const { store } = this.#bench;
    return Promise.all(
      people.map(async ({ id }) =>
        listedState([...(await listAll(store, id)), ...(await listAll(store, id, 'archived'))]),
      ),
    );
  }

  async #pickRequest(): Promise<(store: Store) => Promise<unknown>> {
    const random = this.#random;
    const { id: userId } = this.#random.pick(people);
    const { seq } = await this.#bench.store.inbox(userId);
    // Now and then one too far.
    const upTo = random.whole(Math.max(0, seq - 10), random.chance(0.1) ? seq + 1 : seq);
    const dice = random.next();
    if (dice < 0.35) {
      const [author, report] = [this.#random.pick(people), this.#random.pick(this.#reports)];
      return (store) => addComment(store, author, report);
    }
    if (dice < 0.75) {
      const [id, action] = [await this.#pickId(userId), this.#random.pick(notificationActions)];
      return (store) => store.act(userId, id, action);
    }
    if (dice < 0.85) {
      const ids = await Promise.all(Array.from({ length: random.whole(0, 4) }, () => this.#pickId(userId)));
      return (store) => store.markRead(userId, { ids });
    }
    if (dice < 0.92) return (store) => store.markRead(userId, { upTo });
    return (store) => store.markSeen(userId, upTo);
  }

  /** The id of a notification, of this user in most cases. */
  async #pickId(userId: string): Promise<string> {
    const owner = this.#random.chance(0.05) ? this.#random.pick(people).id : userId;
    const status = this.#random.chance(0.3) ? 'archived' : 'all';
    const { data } = await this.#bench.store.notifications(owner, { status, limit: 8 });
    return data.length === 0 ? nobodysId : this.#random.pick(data).id;
  }
}
