import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backUp } from '../../src/store/sqlite/backup.ts';
import { type ServerProcess, spawnServer } from '../support/process.ts';
import { createRandom } from '../support/random.ts';
import { ask, databaseFor, startServer, temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { people, World } from './canary-world.ts';

/*
 * The canary: once a text was deleted or replaced, and the request that did so has been answered, no answer to a later
 * request has it, whatever is under way. CARILLON_SEED plays one seed alone, CARILLON_CANARY_SEEDS that many.
 */

const onPostgres = process.env['CARILLON_TEST_DATABASE'] === 'postgres';
const steps = 120;
/** More than are notified in the transaction that makes an activity: the others follow in steps. */
const crowd = Array.from({ length: 130 }, (_, i) => `watcher-${i}`);
const publisher = 'a-token-of-the-shop-that-is-only-for-tests';
const environment = { PUBLISH_TOKENS: `shop:${publisher}` };

const one = process.env['CARILLON_SEED'];
const count = Number(process.env['CARILLON_CANARY_SEEDS'] ?? 2);
const seeds = one === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(one)];

test.each(seeds)('what was deleted is in no later answer, replay, backup, or log (seed %i)', async (seed) => {
  const folder = temporaryFolder();
  const servers = [await startServer({ folder, environment })];
  if (onPostgres) servers.push(await startServer({ folder, environment }));
  const urls = servers.map(({ url }) => url);
  await play(seed, () => urls);
  for (const { logged } of servers) expect(logged.filter((line) => line.includes('canary<'))).toEqual([]);
  expectCleanBackup(folder);
});

// One seed will do where many are not asked for: processes take their time to start.
test.each(seeds.slice(0, Math.ceil(seeds.length / 2)))(
  'what was deleted is in no later answer though processes are killed meanwhile (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const folder = temporaryFolder();
    const database = await databaseFor(folder);
    const start = () => spawnServer(folder, { ...environment, ...database });
    const all = [await start()];
    if (onPostgres) all.push(await start());
    const present = new Set<ServerProcess>(all);
    const random = createRandom(seed);
    let [isOver, kills] = [false, 0];
    const killer = async () => {
      while (!isOver && kills < 3) {
        await new Promise((resolve) => setTimeout(resolve, random.whole(100, 600)));
        const [victim] = [...present].slice(random.whole(0, present.size - 1));
        if (victim === undefined) continue;
        present.delete(victim);
        victim.child.kill('SIGKILL');
        await victim.exited;
        kills++;
        const next = await start();
        all.push(next);
        present.add(next);
      }
    };
    await play(
      seed,
      () => [...present].map(({ url }) => url),
      () => {
        const killing = killer();
        return async () => {
          isOver = true;
          await killing;
        };
      },
    );
    expect(kills).toBeGreaterThan(0);
    for (const { output } of all) expect(output()).not.toContain('canary<');
    expectCleanBackup(folder);
  },
);

function expectCleanBackup(folder: string): void {
  if (onPostgres) return;
  const copy = join(folder, 'copy.db');
  backUp(join(folder, 'carillon.db'), copy);
  expect(readFileSync(copy).includes('canary<')).toBe(false);
}

/** @param disturb called when people begin; what it returns, when they have ended, before what is left is looked at. */
async function play(
  seed: number,
  urls: () => readonly string[],
  disturb: () => () => Promise<void> = () => () => Promise.resolve(),
): Promise<void> {
  const world = new World(urls, createRandom(seed));
  await world.begin();
  const headers = { authorization: `Bearer ${publisher}` };
  const watching = { users: [...crowd, ...people], level: 'all' };
  const setWatches = () =>
    ask(`${urls()[0] ?? ''}/topics/report:${world.report}/watches`, 'PUT', watching, headers).catch(
      () => undefined,
    );
  await until('everybody to watch', async () => (await setWatches())?.status === 204);

  // Several at once, so that steps of fan-outs, edits, and deletions meet.
  const settle = disturb();
  let next = steps;
  const worker = async () => {
    while (next-- > 0) await world.step();
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  await settle();
  for (const { id, author, text } of world.written.splice(0)) {
    await world.ask(author, 'DELETE', `/reports/${world.report}/comments/${id}`);
    world.canaries.kill(text);
  }
  expect(world.canaries.gone.size).toBeGreaterThan(10);
  for (const user of [...people, 'watcher-0', 'watcher-129']) {
    await world.ask(user, 'GET', '/notifications?limit=100');
    await world.replay(user);
  }
  expect(world.found).toEqual([]);

  // When the steps are done, nobody has a notification of what is gone.
  let left: unknown[] = [];
  await until(
    () => `everything to be taken back, also ${JSON.stringify(left).slice(0, 300)}`,
    async () => {
      left = [];
      for (const user of [...people, ...crowd]) {
        const { data, counts } = await world.ask(user, 'GET', '/notifications');
        if (data.length > 0 || counts.unread > 0) left.push({ user, data, counts });
      }
      return left.length === 0;
    },
  );
}
