import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openClient } from '../support/postgres.ts';
import { Fleet } from './fleet.ts';

/** CARILLON_FLEET_ROUNDS=20 plays the faults twenty times. */
const rounds = Number(process.env['CARILLON_FLEET_ROUNDS'] ?? 1);
/** A promise that is kept the second time was broken. */
const options = { timeout: rounds * 10 * 60_000 };

test(
  'two processes: Redis is killed twenty times, its subscriptions are cut, and so is a process',
  options,
  async () => {
    const fleet = await Fleet.start(2);
    const { redis, members } = fleet;
    let healed = 0;
    for (let round = 1; round <= rounds; round++) {
      await fleet.more(30);
      for (let i = 1; i <= 20; i++) {
        await redis.kill();
        // What is committed while it is dead, and what is committed just as it dies.
        if (i % 5 === 0) await fleet.settle();
        await redis.start();
        if (i % 5 === 0) fleet.resume();
        await sleep(50 * (i % 4));
      }
      await fleet.untilHeard();
      await fleet.more(30);
      for (let i = 1; i <= 3; i++) {
        await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await fleet.settle();
        fleet.resume();
        await fleet.more(10);
      }
      // Before the processes end that have counted it.
      healed += await fleet.count('carillon_pulls_total{reason="head"}');
      for (const member of members) {
        await member.kill();
        await sleep(500);
        await member.start();
        await fleet.more(10);
      }
      await fleet.settle();
      await fleet.untilHeard();
      fleet.resume();
    }
    expect(healed).toBeGreaterThan(0);
    await conclude(fleet);
  },
);

test(
  'three processes: Redis is slow, frozen, and beyond reach, PostgreSQL cuts and restarts',
  options,
  async () => {
    const fleet = await Fleet.start(3);
    const { redis, postgres, proxy, members } = fleet;
    const behindProxy = members.at(-1);
    for (let round = 1; round <= rounds; round++) {
      await fleet.more(30);
      await redis.command('CLIENT', 'PAUSE', '4000', 'ALL');
      await fleet.settle();
      fleet.resume();

      await fleet.untilHeard();
      redis.freeze();
      await fleet.more(30);
      await fleet.settle();
      for (const member of members) await fleet.untilDeaf(member);
      redis.thaw();
      fleet.resume();

      await fleet.untilHeard();
      proxy.change({ isBlackhole: true });
      await fleet.more(10);
      await fleet.settle();
      await fleet.untilDeaf(behindProxy);
      expect((await members[0]?.metrics())?.get('carillon_bus_heard')).toBe(1);
      proxy.heal();
      fleet.resume();

      const nemesis = await openClient(`${postgres.url}/postgres`);
      for (let i = 1; i <= 3; i++) {
        await nemesis.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'carillon'`,
        );
        await fleet.more(10);
      }
      await nemesis.end();
      await fleet.settle();
      fleet.resume();
      for (const how of [undefined, 'crash'] as const) {
        await postgres.stop(how);
        await sleep(500);
        await postgres.start();
        await fleet.more(20);
      }
      await fleet.settle();
      await fleet.untilHeard();
      fleet.resume();
    }
    await conclude(fleet);
  },
);

async function conclude(fleet: Fleet): Promise<void> {
  await fleet.more(50);
  // What was carried by Redis and not read from the store is most of it, once it is heard.
  expect(await fleet.count('carillon_bus_messages_total{outcome="published"}')).toBeGreaterThan(0);
  const figures = {
    acknowledged: fleet.acknowledged,
    published: fleet.published,
    recoveriesMs: fleet.recoveries,
  };
  onTestFinished(() => console.log(JSON.stringify(figures)));
  expect(await fleet.judge()).toEqual([]);
  expect(figures.acknowledged).toBeGreaterThan(100);
  expect(figures.published).toBeGreaterThan(10);
  expect(fleet.events).toBeGreaterThan(300);
}
