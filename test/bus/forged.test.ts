import { expect, test } from 'vitest';
import { TestRedis } from '../support/redis.ts';
import { until } from '../support/wait.ts';
import { startFleet, untilHeard } from './processes.ts';

/* What somebody who may publish on Redis can do to a process, and what not. */

async function startTarget() {
  const redis = await TestRedis.run();
  const fleet = await startFleet(redis.url, redis.url);
  const [here, there] = fleet.processes;
  if (here === undefined || there === undefined) throw new Error('There are two.');
  await untilHeard(fleet.processes);
  const stream = await there.open('ann');
  await until('the subscription', () => there.missed.length === 2);
  const forge = (channel: string, message: unknown) =>
    redis.command('PUBLISH', `carillon:${fleet.store.epoch}:${channel}`, `x ${JSON.stringify(message)}`);
  const forgeEvents = (...seqs: number[]) => {
    const events = seqs.map((seq) => ({ seq, type: 'notification', data: `{"seq":${seq},"forged":true}` }));
    return forge('user:ann', { type: 'events', userId: 'ann', events });
  };
  return { ...fleet, here, there, stream, forge, forgeEvents };
}

test('a forged event ends in a reset at the next look at the heads, and the true one is not swallowed', async () => {
  const { here, there, stream, post, forge, forgeEvents } = await startTarget();
  await forgeEvents(1);
  await stream.reach(1);
  // As the periodic look does.
  await forge('all', { type: 'dropped' });
  await until('the reset', () => stream.resets.length > 0);
  expect(stream.resets).toEqual([0]);
  await post(here, 2);
  await stream.reach(2);
  expect(stream.seqs).toEqual([1, 1, 2]);
  expect(there.pulls).toEqual(['open', 'head']);
});

test('a true event whose number a forged one has taken ends in a reset at once', async () => {
  const { here, stream, post, forgeEvents } = await startTarget();
  await forgeEvents(1);
  await stream.reach(1);
  await post(here);
  await until('the reset', () => stream.resets.length > 0);
  expect(stream.resets).toEqual([1]);
  await post(here);
  await stream.reach(2);
  expect(stream.seqs).toEqual([1, 2]);
});

test('a forged number far ahead, or a hole in a message, delays no event', async () => {
  const { here, stream, post, forgeEvents } = await startTarget();
  await forgeEvents(900_000_000_000_000);
  await forgeEvents(1, 3);
  await forgeEvents(2, 1);
  await forgeEvents(2 ** 53 - 1);
  await forgeEvents();
  await post(here, 3);
  await stream.reach(3);
  expect(stream.seqs).toEqual([1, 2, 3]);
  expect(stream.resets).toEqual([]);
});

test('a revocation from the future is refused and logged, a present one counts', async () => {
  const { there, forge } = await startTarget();
  const now = Date.now();
  const hour = 3_600_000;
  for (const revokedAt of [now + hour, Number.MAX_SAFE_INTEGER, -1, 1.5, '1', null]) {
    await forge('all', { type: 'revocation', userId: 'ann', revokedAt });
  }
  await forge('all', { type: 'revocation', userId: 'ann', revokedAt: now });
  await until('the present one', () => there.learned.length > 0);
  expect(there.learned).toEqual([{ userId: 'ann', revokedAt: now }]);
  expect(
    there.logged.filter((line) => line.includes('a revocation from the future was refused')),
  ).toHaveLength(2);
});
