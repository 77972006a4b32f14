import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backUp } from '../../src/store/sqlite/backup.ts';
import { createRandom, type Random } from '../support/random.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

/*
 * The canary: once a text was deleted or replaced, and the request that did so has been answered, no answer to a later
 * request has it, whatever is under way. CARILLON_SEED plays one seed alone, CARILLON_CANARY_SEEDS that many.
 */

const onPostgres = process.env['CARILLON_TEST_DATABASE'] === 'postgres';
const people = ['ann', 'bob', 'carol', 'dan'] as const;
const steps = 120;
/** More than are notified in the transaction that makes an activity: the others follow in steps. */
const crowd = Array.from({ length: 130 }, (_, i) => `watcher-${i}`);
const publisher = 'a-token-of-the-shop-that-is-only-for-tests';

const one = process.env['CARILLON_SEED'];
const count = Number(process.env['CARILLON_CANARY_SEEDS'] ?? 2);
const seeds = one === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(one)];

/** Texts that must not be seen any more, and since when: a number that each step counts on. */
class Canaries {
  readonly gone = new Map<string, number>();
  #made = 0;
  now = 0;

  make(): string {
    return `canary<${++this.#made}>`;
  }

  kill(text: string): void {
    this.gone.set(text, ++this.now);
  }

  /** Those of the dead in `text` that had been dead when it was asked for. */
  in(text: string, askedAt: number): string[] {
    const found = text.match(/canary<\d+>/g) ?? [];
    return found.filter((canary) => (this.gone.get(canary) ?? Infinity) <= askedAt);
  }
}

interface Written {
  readonly id: string;
  readonly author: string;
  text: string;
}

class World {
  readonly canaries = new Canaries();
  readonly found: string[] = [];
  readonly written: Written[] = [];
  readonly #servers: readonly TestServer[];
  readonly #random: Random;
  readonly #report: string;

  constructor(servers: readonly TestServer[], random: Random, report: string) {
    this.#servers = servers;
    this.#random = random;
    this.#report = report;
  }

  /** Asks any of the processes, and looks for what is dead in the answer. */
  async ask(user: string, method: string, path: string, body?: object): Promise<any> {
    const askedAt = this.canaries.now;
    const { json } = await this.#pick(this.#servers).ask(user, method, path, body);
    for (const text of this.canaries.in(JSON.stringify(json ?? null), askedAt)) {
      this.found.push(`${method} ${path} for ${user}: ${text}`);
    }
    return json;
  }

  async step(): Promise<void> {
    const user = this.#pick(people);
    const comments = `/reports/${this.#report}/comments`;
    switch (this.#random.whole(0, 9)) {
      case 0:
      case 1:
      case 2: {
        const text = this.canaries.make();
        const parentId = this.#random.chance(0.3) ? (this.#any()?.id ?? null) : null;
        const mentions = people.filter(() => this.#random.chance(0.2));
        const { id } = await this.ask(user, 'POST', comments, { body: text, parentId, mentions });
        // Its parent may have been deleted meanwhile: 404.
        if (id !== undefined) this.written.push({ id, author: user, text });
        return;
      }
      case 3: {
        const written = this.#take();
        if (written === undefined) return;
        const [before, text] = [written.text, this.canaries.make()];
        const { editedAt } = await this.ask(written.author, 'PATCH', `${comments}/${written.id}`, {
          body: text,
        });
        if (editedAt === undefined) return;
        this.canaries.kill(before);
        this.written.push({ ...written, text });
        return;
      }
      case 4:
      case 5: {
        const written = this.#take();
        if (written === undefined) return;
        // By its author, or by the owner of the report.
        const by = this.#random.chance(0.5) ? written.author : 'ann';
        await this.ask(by, 'DELETE', `${comments}/${written.id}`);
        this.canaries.kill(written.text);
        return;
      }
      case 6:
        await this.ask(user, 'GET', '/notifications?limit=100');
        return;
      case 7:
        await this.ask(user, 'GET', `${comments}?limit=100`);
        return;
      case 8:
        await this.ask(user, 'POST', `/topics/report:${this.#report}/read`);
        return;
      default:
        await this.replay(user);
    }
  }

  /** Reads everything that a user has missed, as one who comes back. */
  async replay(user: string): Promise<void> {
    const server = this.#pick(this.#servers);
    const askedAt = this.canaries.now;
    const stream = openRawStream(server.url, {
      token: await server.token(user),
      lastEventId: `${server.store.epoch}.0`,
    });
    await stream.waitFor('sync');
    const end = stream.text.indexOf('event: sync');
    for (const text of this.canaries.in(stream.text.slice(0, end), askedAt)) {
      this.found.push(`replay for ${user}: ${text}`);
    }
    stream.socket.destroy();
  }

  #any(): Written | undefined {
    return this.written.length === 0 ? undefined : this.#pick(this.written);
  }

  /** One that nobody else edits or deletes meanwhile. */
  #take(): Written | undefined {
    const at = this.#random.whole(0, Math.max(0, this.written.length - 1));
    return this.written.splice(at, 1)[0];
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#random.whole(0, from.length - 1)] as T;
  }
}

test.each(seeds)('what was deleted is in no later answer, replay, backup, or log (seed %i)', async (seed) => {
  const folder = temporaryFolder();
  const environment = { PUBLISH_TOKENS: `shop:${publisher}` };
  const servers = [await startServer({ folder, environment })];
  if (onPostgres) servers.push(await startServer({ folder, environment }));
  const [server] = servers as [TestServer];
  const { json: report } = await server.ask('ann', 'POST', '/reports', { title: 'Reading list' });
  const watches = await fetch(`${server.url}/topics/report:${report.id}/watches`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${publisher}`, 'content-type': 'application/json' },
    body: JSON.stringify({ users: [...crowd, ...people], level: 'all' }),
  });
  expect(watches.status).toBe(204);

  const world = new World(servers, createRandom(seed), report.id);
  // Several at once, so that steps of fan-outs, edits, and deletions meet.
  let left = steps;
  const worker = async () => {
    while (left-- > 0) await world.step();
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  for (const { id, author, text } of world.written.splice(0)) {
    await world.ask(author, 'DELETE', `/reports/${report.id}/comments/${id}`);
    world.canaries.kill(text);
  }
  expect(world.canaries.gone.size).toBeGreaterThan(10);
  for (const user of [...people, 'watcher-0', 'watcher-129']) {
    await world.ask(user, 'GET', '/notifications?limit=100');
    await world.replay(user);
  }
  expect(world.found).toEqual([]);

  // When the steps are done, nobody has a notification of what is gone.
  await until('everything to be taken back', async () => {
    const all = await Promise.all(
      [...people, ...crowd].map((user) => server.ask(user, 'GET', '/notifications')),
    );
    return all.every(({ json }) => json.data.length === 0 && json.counts.unread === 0);
  });
  for (const { logged } of servers) expect(logged.filter((line) => line.includes('canary<'))).toEqual([]);
  if (!onPostgres) {
    const copy = join(folder, 'copy.db');
    backUp(join(folder, 'carillon.db'), copy);
    expect(readFileSync(copy).includes('canary<')).toBe(false);
  }
});
