import type { Options, Store } from 'express-rate-limit';
import { expect, test } from 'vitest';
import { TestRedis } from '../support/redis.ts';
import { until } from '../support/wait.ts';
import { startFleet, type TestProcess, untilHeard } from './processes.ts';

/** A process may have 3 streams of each user; see `startProcess`. */
const most = 3;

async function startTwo(url: string): Promise<readonly [TestProcess, TestProcess]> {
  const { processes } = await startFleet(url, url);
  const [here, there] = processes;
  if (here === undefined || there === undefined) throw new Error('There are two.');
  await untilHeard(processes);
  await until('each to know the other', async () => (await knows(here, there)) && (await knows(there, here)));
  return [here, there];
}

/** Only what a process that is known has taken is missing elsewhere. */
async function knows(process: TestProcess, other: TestProcess): Promise<boolean> {
  const user = `user-${Math.random()}`;
  return (await take(other, user, most)) === most && (await take(process, user, 1)) === 0;
}

/** @returns how many of so many places there were. */
async function take({ places }: TestProcess, userId: string, count: number): Promise<number> {
  let taken = 0;
  for (let i = 0; i < count; i++) if (await places.take(userId)) taken++;
  return taken;
}

function giveBack({ places }: TestProcess, userId: string, count: number): void {
  for (let i = 0; i < count; i++) places.release(userId);
}

function counterOf({ counter }: TestProcess): Store {
  const made = counter?.('test');
  if (made === undefined) throw new Error('There is Redis.');
  void made.init?.({ windowMs: 60_000 } as Options);
  return made;
}

async function count(counter: Store, key: string, times: number): Promise<number> {
  let hits = 0;
  for (let i = 0; i < times; i++) hits = (await counter.increment(key)).totalHits;
  return hits;
}

test('a user has so many places on all processes together, and one that is given back can be taken anywhere', async () => {
  const { url } = await TestRedis.run();
  const [here, there] = await startTwo(url);
  expect(await take(here, 'ann', 2)).toBe(2);
  expect(await take(there, 'ann', 2)).toBe(1);
  expect(await take(here, 'ann', 1)).toBe(0);
  expect(await take(here, 'bob', 1)).toBe(1);
  giveBack(here, 'ann', 1);
  await until('the place to be free', () => there.places.take('ann'));
  expect(await take(here, 'ann', 1)).toBe(0);
});

test('of many who want the last places at once no more get one than there are', async () => {
  const { url } = await TestRedis.run();
  const [here, there] = await startTwo(url);
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? here : there).places.take('ann')),
  );
  expect(all.filter((one) => one).length).toBeLessThanOrEqual(most);
  expect(all).toContain(true);
});

test('the places of a process that has died are free after a while', async () => {
  const redis = await TestRedis.run();
  const [here, there] = await startTwo(redis.url);
  expect(await take(there, 'ann', most)).toBe(most);
  expect(await take(here, 'ann', 1)).toBe(0);
  // As when it had been killed: it beats no more.
  const { places } = there;
  await (places as unknown as { close(): Promise<void> }).close();
  await until('the places to be free', () => here.places.take('ann'));
});

test('while Redis is away each process sees to its own, and what changed is told afterwards', async () => {
  const redis = await TestRedis.run();
  const [here, there] = await startTwo(redis.url);
  const counters = [counterOf(here), counterOf(there)] as const;
  expect(await count(counters[0], 'ann', 3)).toBe(3);
  expect(await count(counters[1], 'ann', 2)).toBe(5);
  await redis.kill();
  await until('it to be missed', () => !here.bus.isHeard && !there.bus.isHeard);
  expect(await count(counters[0], 'ann', 1)).toBe(4);
  expect(await count(counters[1], 'ann', 1)).toBe(3);
  expect(await take(here, 'ann', most)).toBe(most);
  expect(await take(there, 'ann', 1)).toBe(1);
  giveBack(there, 'ann', 1);
  await redis.start();
  await untilHeard([here, there]);
  await until('the other to know', async () => {
    const taken = await there.places.take('ann');
    if (taken) there.places.release('ann');
    return !taken;
  });
  // Its own scripts are gone with the Redis that had them.
  expect(await count(counters[0], 'ann', 2)).toBe(2);
  expect(await count(counters[1], 'ann', 1)).toBe(3);
});

test('limits that begin while Redis is away hold for all once it is there', async () => {
  const redis = await TestRedis.run();
  await redis.kill();
  const { processes } = await startFleet(redis.url, redis.url);
  const counters = processes.map(counterOf);
  const [one, two] = counters;
  if (one === undefined || two === undefined) throw new Error('There are two.');
  expect(await count(one, 'ann', 2)).toBe(2);
  await redis.start();
  await untilHeard(processes);
  expect(await count(one, 'ann', 2)).toBe(2);
  expect(await count(two, 'ann', 2)).toBe(4);
});

test('a frozen Redis holds up what asks it once, and then nobody any more', async () => {
  const redis = await TestRedis.run();
  const [here] = await startTwo(redis.url);
  const counter = counterOf(here);
  expect(await count(counter, 'ann', 3)).toBe(3);
  redis.freeze();
  const first = performance.now();
  await Promise.all([count(counter, 'ann', 1), count(counter, 'bob', 1), take(here, 'ann', 1)]);
  const held = performance.now() - first;
  const begin = performance.now();
  expect(await count(counter, 'ann', 50)).toBe(54);
  expect(await take(here, 'ann', 1)).toBe(1);
  const next = performance.now() - begin;
  // 250 ms and what a busy machine adds; those that come later wait for nothing at all, fifty-one times.
  expect(held).toBeLessThan(2_000);
  expect(next).toBeLessThan(51 * 50);
  redis.thaw();
  await untilHeard([here]);
});
