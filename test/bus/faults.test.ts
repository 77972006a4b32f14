import { expect, test } from 'vitest';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { TestRedis } from '../support/redis.ts';
import { until } from '../support/wait.ts';
import { startFleet, type TestFleet, type TestProcess, type TestStream, untilHeard } from './processes.ts';

/** Two processes that hear each other; the second has a stream of ann's. */
interface Pair extends TestFleet {
  readonly here: TestProcess;
  readonly there: TestProcess;
  readonly stream: TestStream;
}

async function startPair(url: string, urlThere = url): Promise<Pair> {
  const fleet = await startFleet(url, urlThere);
  const [here, there] = fleet.processes;
  if (here === undefined || there === undefined) throw new Error('There are two.');
  await untilHeard(fleet.processes);
  const stream = await there.open('ann');
  await until('the subscription', () => there.missed.length === 2);
  return { ...fleet, here, there, stream };
}

function numbersTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

test('without Redis a stream here has its events at once, and one elsewhere within about a second', async () => {
  const fleet = await startFleet(undefined, undefined);
  const [here, there] = fleet.processes;
  if (here === undefined || there === undefined) throw new Error('There are two.');
  const [near, far] = [await here.open('ann'), await there.open('ann')];
  await fleet.post(here, 3);
  expect(near.seqs).toEqual([1, 2, 3]);
  expect(far.seqs).toEqual([]);
  await far.reach(3);
  expect(far.seqs).toEqual([1, 2, 3]);
  expect(there.pulls).toEqual(['open', 'head']);
});

test('while Redis is dead posts go on, their own process hears them at once, the others by looking', async () => {
  const redis = await TestRedis.run();
  const { here, there, stream, post } = await startPair(redis.url);
  const near = await here.open('ann');
  await redis.kill();
  await until('it to be missed', () => !here.bus.isHeard && !there.bus.isHeard);
  await post(here, 5);
  expect(near.seqs).toEqual(numbersTo(5));
  expect(here.counted.dropped).toBeGreaterThan(0);
  await stream.reach(5);
  await redis.start();
  await untilHeard([here, there]);
  expect(there.missed.filter((one) => one === 'all')).not.toHaveLength(1);
  for (let i = 6; i <= 10; i++) {
    await post(here);
    await stream.reach(i);
  }
  expect(stream.seqs).toEqual(numbersTo(10));
  const words = there.logged.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(words.filter((word) => word.startsWith('the bus is away'))).toHaveLength(1);
});

test('Redis is killed twenty times, and nothing is lost, doubled, or out of order', async () => {
  const redis = await TestRedis.run();
  const { here, there, stream, post } = await startPair(redis.url);
  for (let i = 1; i <= 20; i++) {
    await post(i % 2 === 0 ? here : there, 2);
    await redis.kill();
    await post(i % 2 === 0 ? there : here, 2);
    await redis.start();
  }
  await stream.reach(80);
  expect(stream.seqs).toEqual(numbersTo(80));
  await untilHeard([here, there]);
});

test('a subscription that Redis cuts is made anew, and what was lost with it is found', async () => {
  const redis = await TestRedis.run();
  const { here, there, stream, post } = await startPair(redis.url);
  for (let i = 1; i <= 5; i++) {
    await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
    // The last message that it would have carried.
    await post(here);
    await stream.reach(i);
    await untilHeard([here, there]);
  }
  expect(stream.seqs).toEqual(numbersTo(5));
});

test('Redis that says nothing for a while holds nobody up, and is noticed', async () => {
  const redis = await TestRedis.run();
  const { here, there, stream, post } = await startPair(redis.url);
  await redis.command('CLIENT', 'PAUSE', '6000', 'ALL');
  const begin = performance.now();
  await post(here, 3);
  expect(performance.now() - begin).toBeLessThan(2_000);
  await until('it to be missed', () => !here.bus.isHeard && !there.bus.isHeard);
  await stream.reach(3);
  await untilHeard([here, there]);
  await post(here);
  await stream.reach(4);
  expect(stream.seqs).toEqual(numbersTo(4));
});

test('a frozen Redis is told by its silence, holds nobody up, and what is announced takes no more room than it may', async () => {
  const redis = await TestRedis.run();
  const { here, there, stream, post } = await startPair(redis.url);
  redis.freeze();
  await post(here, 3);
  const event = { userId: 'nobody', seq: 1, type: 'notification', data: '{}' } as const;
  for (let i = 0; i < 12_000; i++) here.bus.announce({ events: [event], committedAt: 0 });
  expect(here.counted.dropped).toBeGreaterThanOrEqual(2_000);
  await until('it to be missed', () => !here.bus.isHeard && !there.bus.isHeard);
  await stream.reach(3);
  redis.thaw();
  await untilHeard([here, there]);
  await post(here);
  await stream.reach(4);
  // Late messages of before the freeze may have come in between.
  expect(stream.seqs).toEqual(numbersTo(4));
});

test('a connection that looks healthy and hears nothing is given up, on the one process that has it', async () => {
  const redis = await TestRedis.run();
  const proxy = await FaultyProxy.start(`http://127.0.0.1:${redis.port}`);
  const { here, there, stream, post } = await startPair(redis.url, proxy.url.replace('http:', 'redis:'));
  proxy.change({ isBlackhole: true });
  await post(here);
  await until('it to be missed', () => !there.bus.isHeard);
  expect(here.bus.isHeard).toBe(true);
  await stream.reach(1);
  // What it announces itself meanwhile is lost to the other, who hears nothing wrong until it is told.
  const other = await here.open('ann');
  const looks = here.missed.length;
  await post(there);
  proxy.heal();
  await untilHeard([there]);
  await until('the other to look', () => here.missed.slice(looks).includes('all'));
  await other.reach(2);
  await post(here);
  await stream.reach(3);
  expect(stream.seqs).toEqual([1, 2, 3]);
  await proxy.close();
});

test('Redis may come after the processes', async () => {
  const redis = await TestRedis.run();
  await redis.kill();
  const fleet = await startFleet(redis.url, redis.url);
  const [here, there] = fleet.processes;
  if (here === undefined || there === undefined) throw new Error('There are two.');
  const stream = await there.open('ann');
  await fleet.post(here);
  await stream.reach(1);
  await redis.start();
  await untilHeard([here, there]);
  for (let i = 2; i <= 4; i++) {
    await fleet.post(here);
    await stream.reach(i);
  }
  expect(stream.seqs).toEqual(numbersTo(4));
});
