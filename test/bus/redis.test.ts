import { expect, test } from 'vitest';
import { TestRedis } from '../support/redis.ts';
import { until } from '../support/wait.ts';
import { startFleet, startProcess, untilHeard } from './processes.ts';

test('an event reaches the streams of every process, and nobody reads it from the store', async () => {
  const { url } = await TestRedis.run();
  const { processes, post } = await startFleet(url, url, url);
  await untilHeard(processes);
  const streams = await Promise.all(processes.map((process) => process.open('ann')));
  await Promise.all(processes.map(({ missed }) => until('the subscription', () => missed.length === 2)));
  for (const [i, process] of processes.entries()) {
    await post(process, 20);
    for (const stream of streams) await stream.reach(20 * (i + 1));
  }

  for (const { seqs } of streams) expect(seqs).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  for (const { pulls } of processes) expect(pulls).toEqual(['open']);
});

test('a process subscribes to the users whose streams it holds, and to no others', async () => {
  const redis = await TestRedis.run();
  const { processes, store } = await startFleet(redis.url, redis.url);
  await untilHeard(processes);
  const users = () => redis.channels(`carillon:${store.epoch}:user:*`);
  const named = (...ids: string[]) => ids.map((id) => `carillon:${store.epoch}:user:${id}`);
  const subscriptions = async (count: number, ...ids: string[]) =>
    until('the subscriptions', async () => {
      const counts = (await redis.command('PUBSUB', 'NUMSUB', ...(await users()))) as (string | number)[];
      const sum = counts.filter((one) => typeof one === 'number').reduce((a, b) => a + b, 0);
      return sum === count && (await users()).join() === named(...ids).join();
    });

  const [one, two] = processes;
  const first = await one?.open('ann');
  const second = await one?.open('ann');
  const third = await two?.open('ann');
  const fourth = await two?.open('bob');
  await subscriptions(3, 'ann', 'bob');
  first?.end();
  third?.end();
  await subscriptions(2, 'ann', 'bob');
  fourth?.end();
  second?.end();
  await subscriptions(0);
});

test('many users who come together are subscribed to, and looked at once more when they are', async () => {
  const redis = await TestRedis.run();
  const { processes } = await startFleet(redis.url);
  await untilHeard(processes);
  const ids = Array.from({ length: 2_500 }, (_, i) => `user-${i}`);
  const [process] = processes;
  for (const id of ids) process?.bus.follow(id);
  await until('all to be looked at', () => process?.missed.flat().length === ids.length + 1);
  expect(process?.missed.flat().slice(1).sort()).toEqual([...ids].sort());
  expect(await redis.channels('carillon:*:user:*')).toHaveLength(ids.length);
  for (const id of ids) process?.bus.unfollow(id);
  await until('none to be left', async () => (await redis.channels('carillon:*:user:*')).length === 0);
});

test('a revocation reaches every process, those that hold no streams included', async () => {
  const { url } = await TestRedis.run();
  const { processes } = await startFleet(url, url);
  await untilHeard(processes);
  const revocation = { userId: 'ann', revokedAt: 1_700_000_000_000 };
  processes[0]?.bus.announceRevocation(revocation);
  expect(processes[0]?.learned).toEqual([revocation]);
  await until('the other one to learn', () => processes[1]?.learned.length === 1);
  expect(processes[1]?.learned).toEqual([revocation]);
});

test('stores that share a Redis do not hear each other', async () => {
  const { url } = await TestRedis.run();
  const fleet = await startFleet(url, url);
  const stranger = await startProcess(fleet.store, url, 'aaaaaaaa');
  await untilHeard([...fleet.processes, stranger]);
  const [here, there] = fleet.processes;
  if (here === undefined || there === undefined) throw new Error('There are two.');
  const heard = await there.open('ann');
  const unheard = await stranger.open('ann');
  await until('both subscriptions', () => there.missed.length === 2 && stranger.missed.length === 2);
  await fleet.post(here);
  await heard.reach(1);
  expect(unheard.seqs).toEqual([]);
});

test('what is none of our messages, comes twice, or would forge a frame does no harm', async () => {
  const redis = await TestRedis.run();
  const { processes, post, store } = await startFleet(redis.url, redis.url);
  await untilHeard(processes);
  const [here, there] = processes;
  if (here === undefined || there === undefined) throw new Error('There are two.');
  const stream = await there.open('ann');
  await until('the subscription', () => there.missed.length === 2);
  const event = (seq: number, data: string) => JSON.stringify([{ seq, type: 'notification', data }]);
  const forged = event(1, '{"seq":1}\n\nevent: notification\ndata: {"seq":7}');
  for (const text of [
    '',
    ' ',
    'x',
    'x {',
    'x null',
    'x {"type":"unknown"}',
    `x {"type":"events","userId":"ann","events":${forged}}`,
    `x {"type":"events","userId":"a b","events":[]}`,
    `x {"type":"events","userId":"ann","events":${event(0, '{"seq":0}')}}`,
  ]) {
    await redis.command('PUBLISH', `carillon:${store.epoch}:user:ann`, text);
  }
  await post(here, 2);
  await stream.reach(2);
  const [second] = (await store.log('ann', 1, 1)).events;
  const again = `x {"type":"events","userId":"ann","events":${event(2, second?.data ?? '')},"later":1}`;
  for (let i = 0; i < 3; i++) await redis.command('PUBLISH', `carillon:${store.epoch}:user:ann`, again);
  await post(here);
  await stream.reach(3);
  expect(stream.seqs).toEqual([1, 2, 3]);
  expect(there.pulls).toEqual(['open']);
});

test('a password is needed and given, and stands in no log', async () => {
  const redis = await TestRedis.run('--requirepass', 'open%sesame/');
  const right = `redis://:${encodeURIComponent('open%sesame/')}@127.0.0.1:${redis.port}/1`;
  const wrong = `redis://:${encodeURIComponent('open%sesame')}@127.0.0.1:${redis.port}`;
  const { processes } = await startFleet(right, wrong);
  await untilHeard(processes.slice(0, 1));
  await until('the other one to say why', () => (processes[1]?.logged.length ?? 0) > 0);
  expect(processes[1]?.bus.isHeard).toBe(false);
  expect(processes[1]?.logged.join()).toMatch(/WRONGPASS/);
  expect(processes.flatMap(({ logged }) => logged).join()).not.toMatch(/sesame/);
});
