import { expect, test } from 'vitest';
import { encodeMessage } from '../../src/bus/message.ts';
import { temporaryDatabase } from '../support/postgres.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { TestRedis } from '../support/redis.ts';
import { ask, startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const operatorToken = 'an-operator-token-that-is-only-for-tests';
const dayMs = 24 * 60 * 60 * 1000;

/** Starts processes on one database, without Redis; the clock of each is off by so many milliseconds. */
async function startProcesses(...offsetsMs: readonly number[]) {
  const environment = { DATABASE_URL: await temporaryDatabase(), OPERATOR_TOKEN: operatorToken };
  const start = (offsetMs: number) => startServer({ environment, now: () => Date.now() + offsetMs });
  return { start, processes: await Promise.all(offsetsMs.map(start)) };
}

async function revoke({ url }: TestServer, user: string): Promise<void> {
  const headers = { authorization: `Bearer ${operatorToken}` };
  expect((await ask(`${url}/users/${user}/revoke`, 'POST', undefined, headers)).status).toBe(204);
}

async function statusOf({ url }: TestServer, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await ask(`${url}/notifications/counts`, 'GET', undefined, headers)).status;
}

test('a revocation under a clock that is ahead keeps no process from learning the later ones', async () => {
  const { start, processes } = await startProcesses(dayMs, 0, 0);
  const [ahead, here, there] = processes as [TestServer, TestServer, TestServer];
  const token = await here.token('ann', { ttlSeconds: 200_000 });
  const stream = openRawStream(there.url, { token });
  await stream.waitFor('sync');
  const bobs = await here.token('bob');
  await revoke(ahead, 'bob');
  await until('everybody to know that', async () => (await statusOf(there, bobs)) === 401);

  await revoke(here, 'ann');

  await stream.waitForEnd();
  expect(stream.events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'revoked' } });
  for (const server of [ahead, there, await start(0), await start(dayMs)]) {
    await until('the token to be refused', async () => (await statusOf(server, token)) === 401);
  }
});

test('a revocation under a clock that is behind ends the tokens of before, everywhere', async () => {
  const { start, processes } = await startProcesses(-dayMs, 0);
  const [behind, there] = processes as [TestServer, TestServer];
  const token = await there.token('ann');
  expect(await statusOf(there, token)).toBe(200);

  await revoke(behind, 'ann');

  for (const server of [there, await start(0)]) {
    await until('the token to be refused', async () => (await statusOf(server, token)) === 401);
  }
});

test('a revocation that somebody publishes on Redis ends nothing, whatever moment it names', async () => {
  const redis = await TestRedis.run();
  const environment = { DATABASE_URL: await temporaryDatabase(), REDIS_URL: redis.url };
  const [here, there] = [await startServer({ environment }), await startServer({ environment })];
  const token = await here.token('ann');
  const stream = openRawStream(here.url, { token });
  await stream.waitFor('sync');
  const [channel = ''] = await redis.channels('carillon:*:all');
  await until('both to listen', async () => {
    const [, listeners] = (await redis.command('PUBSUB', 'NUMSUB', channel)) as [string, number];
    return listeners === 2 && (await redis.channels('carillon:*:user:ann')).length === 1;
  });

  for (const revokedAt of [Date.now(), Date.now() + 1_000, Number.MAX_SAFE_INTEGER]) {
    const forged = encodeMessage('x', { type: 'revocation', userId: 'ann', revokedAt });
    expect(await redis.command('PUBLISH', channel, forged)).toBe(2);
  }

  // What another process says afterwards is heard afterwards.
  const { json } = await there.ask('ann', 'POST', '/reports', { title: 'x' });
  await there.ask('bob', 'POST', `/reports/${json.id}/comments`, { body: 'x' });
  await stream.waitFor('notification');
  expect(stream.ended).toBe(false);
  for (const server of [here, there]) expect(await statusOf(server, token)).toBe(200);
});
