import { expect, test } from 'vitest';
import { addComments } from '../support/comments.ts';
import { freePort } from '../support/free-port.ts';
import { TestRedis } from '../support/redis.ts';
import { until } from '../support/wait.ts';
import { startFleet, untilHeard } from './processes.ts';

/** A server that is to be one of a cluster, and the port at which the others reach it. */
async function startNode(): Promise<readonly [TestRedis, string]> {
  // Unless it is named it is one of those that any connection may take.
  const port = String(await freePort());
  const redis = await TestRedis.run(
    ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf'],
    ...['--cluster-node-timeout', '2000', '--cluster-port', port],
  );
  return [redis, port];
}

/** A cluster of two servers, which share the slots. */
async function startCluster(): Promise<readonly [TestRedis, TestRedis]> {
  const [[first], [second, port]] = [await startNode(), await startNode()];
  await first.command('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
  await second.command('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
  await second.command('CLUSTER', 'SET-CONFIG-EPOCH', '2');
  await first.command('CLUSTER', 'MEET', '127.0.0.1', String(second.port), port);
  for (const one of [first, second]) {
    await until('the cluster to be whole', async () => {
      const info = String(await one.command('CLUSTER', 'INFO'));
      return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:2');
    });
  }
  return [first, second];
}

test('on a cluster messages travel by shards, and a shard that is silent is noticed', async () => {
  const [first, second] = await startCluster();
  const { processes, post, store } = await startFleet(first.url, second.url);
  const [here, there] = processes;
  if (here === undefined || there === undefined) throw new Error('There are two.');
  await untilHeard(processes);

  const users = Array.from({ length: 20 }, (_, i) => `user-${i}`);
  const streams = await Promise.all(users.map((user) => there.open(user)));
  await until('the subscriptions', () => there.missed.flat().length >= users.length + 1);
  for (const shard of [first, second]) {
    const own = await shard.channels(`carillon:${store.epoch}:user:*`);
    expect(own.length).toBeGreaterThan(0);
    for (const name of own) {
      const slot = Number(await shard.command('CLUSTER', 'KEYSLOT', name));
      expect(slot < 8192, name).toBe(shard === first);
    }
    expect((await shard.channels(`carillon:${store.epoch}:ping:*`)).length).toBe(2);
  }
  // What is committed from now on is announced by this process.
  await post(here);
  const reports = await Promise.all(
    users.map((id) => store.addReport({ id, name: id }, { title: 'Reading list', body: '' })),
  );
  const commentOnAll = () => Promise.all(reports.map(({ value }) => addComments(store, value.id, 1)));
  await commentOnAll();
  for (const stream of streams) await stream.reach(1);

  second.freeze();
  await until('the silence to be noticed', () => !here.bus.isHeard && !there.bus.isHeard);
  second.thaw();
  await untilHeard(processes);
  await commentOnAll();
  for (const stream of streams) await stream.reach(2);
});
