import { expect, test } from 'vitest';
import { startServer } from '../support/server.ts';
import { TestRedis } from '../support/redis.ts';
import { until } from '../support/wait.ts';

/** How often each command was called; what reading that takes is left out. */
async function calls(redis: TestRedis): Promise<ReadonlyMap<string, number>> {
  const stats = String(await redis.command('INFO', 'commandstats'));
  const lines = stats.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm);
  const ofReading = ['info', 'hello', 'client|setinfo'];
  return new Map(
    Array.from(lines, ([, name = '', count]) => [name, Number(count)] as const).filter(
      ([name]) => !ofReading.includes(name),
    ),
  );
}

test('one comment costs one Redis command', async () => {
  const redis = await TestRedis.run();
  const server = await startServer({ environment: { REDIS_URL: redis.url } });
  const metric = async (name: string) => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  const pings = () => metric('carillon_bus_round_trip_seconds_count');
  await until('the bus to be heard', async () => (await metric('carillon_bus_heard')) === 1);
  const { json: report } = await server.ask('ann', 'POST', '/reports', { title: 'Reading list' });

  const before = { calls: await calls(redis), pings: await pings() };
  const comments = 100;
  for (let i = 0; i < comments; i++) {
    const { status } = await server.ask('bob', 'POST', `/reports/${report.id}/comments`, { body: 'hi' });
    expect(status).toBe(201);
  }
  const after = { calls: await calls(redis), pings: await pings() };

  const more = [...after.calls].map(
    ([name, count]) => [name, count - (before.calls.get(name) ?? 0)] as const,
  );
  const asked = Object.fromEntries(more.filter(([, count]) => count > 0));
  expect(Object.keys(asked)).toEqual(['publish']);
  // A ping may be on its way while the calls are counted.
  const published = (asked['publish'] ?? 0) - (after.pings - before.pings);
  expect(Math.abs(published - comments)).toBeLessThanOrEqual(2);
});
