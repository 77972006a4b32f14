import { expect, test } from 'vitest';
import { signToken } from '../../src/http/token.ts';
import { ask } from '../chaos/ask.ts';
import { secret } from '../chaos/tokens.ts';
import { temporaryDatabase } from '../support/postgres.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { TestRedis } from '../support/redis.ts';
import { until } from '../support/wait.ts';
import { Member } from './member.ts';

const operatorToken = 'an-operator-token-that-is-only-for-tests';

function tokenOf(id: string): Promise<string> {
  return signToken({ id, name: id }, 600, secret, { issuer: undefined, audience: undefined });
}

async function startTwo(environment: Record<string, string>): Promise<readonly [Member, Member]> {
  const database = { DATABASE_URL: await temporaryDatabase(), OPERATOR_TOKEN: operatorToken };
  const start = () => Member.start({ ...database, ...environment });
  return Promise.all([start(), start()]);
}

async function untilHeard(members: readonly Member[], isHeard = 1): Promise<void> {
  const answers = async (member: Member) => (await member.metrics()).get('carillon_bus_heard') === isHeard;
  await until('the bus', async () => (await Promise.all(members.map(answers))).every(Boolean));
}

test('a revocation ends the streams on every process, and the token counts on none; with Redis or without', async () => {
  const redis = await TestRedis.run();
  const [here, there] = await startTwo({ REDIS_URL: redis.url });
  await untilHeard([here, there]);
  const ready = await ask(`${there.url}/readyz`);
  expect([ready.status, ready.json]).toEqual([200, { status: 'ready', bus: 'heard' }]);

  for (const isRedisThere of [true, false]) {
    if (!isRedisThere) {
      await redis.kill();
      await untilHeard([here, there], 0);
      const away = await ask(`${there.url}/readyz`);
      expect([away.status, away.json]).toEqual([200, { status: 'ready', bus: 'away' }]);
    }
    const token = await tokenOf('ann');
    const streams = [here, there].map(({ url }) => openRawStream(url, { token }));
    const other = openRawStream(there.url, { token: await tokenOf('bob') });
    for (const stream of [...streams, other]) await stream.waitFor('sync');
    const revoked = ask(`${here.url}/users/ann/revoke`, { method: 'POST', token: operatorToken });
    for (const stream of streams) {
      await stream.waitForEnd();
      expect(stream.events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'revoked' } });
    }
    expect((await revoked).status).toBe(204);
    for (const { url } of [here, there]) {
      expect((await ask(`${url}/notifications/counts`, { token })).status).toBe(401);
      expect((await ask(`${url}/notifications/counts`, { token: await tokenOf('ann') })).status).toBe(200);
    }
    expect(other.ended).toBe(false);
  }
  await here.stop();
  await there.stop();
  expect([...here.crashes, ...there.crashes]).toEqual([]);
});

/** Opens a stream, or finds that it is refused. */
async function open(url: string, token: string) {
  const stream = openRawStream(url, { token });
  await until('it to begin or to be refused', () => stream.events.length > 0);
  return { stream, isOpen: stream.events[0]?.event === 'sync' };
}

/** A process that has just begun is known to the others within a second or two. */
async function knows(member: Member, other: Member): Promise<boolean> {
  const token = await tokenOf(`user-${Math.random()}`);
  const opened = [];
  for (const { url } of [other, other, other, member]) opened.push(await open(url, token));
  for (const { stream } of opened) stream.socket.destroy();
  return opened.map(({ isOpen }) => isOpen).join() === 'true,true,true,false';
}

test('the limits of a user hold for all processes together', async () => {
  const redis = await TestRedis.run();
  const [here, there] = await startTwo({
    REDIS_URL: redis.url,
    WRITES_PER_MINUTE: '20',
    MAX_STREAMS_PER_USER: '3',
    STREAM_OPENINGS_PER_MINUTE: '12',
  });
  await untilHeard([here, there]);
  const token = await tokenOf('ann');
  const urls = [here.url, there.url] as const;
  const urlOf = (i: number) => urls[i % 2 === 0 ? 0 : 1];

  const statuses: number[] = [];
  for (let i = 0; i < 26; i++) {
    const { status } = await ask(`${urlOf(i)}/reports`, { method: 'POST', token, body: { title: 'x' } });
    statuses.push(status);
  }
  expect(statuses).toEqual(statuses.map((_, i) => (i < 20 ? 201 : 429)));

  await until('each to know the other', async () => (await knows(here, there)) && (await knows(there, here)));
  const opened = [];
  for (let i = 0; i < 6; i++) opened.push(await open(urlOf(i), token));
  expect(opened.map(({ isOpen }) => isOpen)).toEqual([true, true, true, false, false, false]);
  opened[0]?.stream.socket.destroy();
  // One on the other process takes its place.
  await until('the place to be free', async () => {
    const metrics = await here.metrics();
    return metrics.get('carillon_streams_open') === 1;
  });
  expect((await open(there.url, token)).isOpen).toBe(true);
});
