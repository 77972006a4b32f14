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

test('each process counts the limits of a user by itself, and none waits for Redis', async () => {
  const redis = await TestRedis.run();
  const members = await startTwo({
    REDIS_URL: redis.url,
    WRITES_PER_MINUTE: '5',
    MAX_STREAMS_PER_USER: '3',
    STREAM_OPENINGS_PER_MINUTE: '100',
  });
  await untilHeard(members);
  redis.freeze();
  const token = await tokenOf('ann');
  for (const { url } of members) {
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const { status } = await ask(`${url}/reports`, { method: 'POST', token, body: { title: 'x' } });
      statuses.push(status);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
    const opened: boolean[] = [];
    for (let i = 0; i < 4; i++) opened.push((await open(url, token)).isOpen);
    expect(opened).toEqual([true, true, true, false]);
  }
});
