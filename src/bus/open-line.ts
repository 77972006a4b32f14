import { createClient, type RedisClientType } from '@redis/client';
import { openClusterLine } from './cluster-line.ts';
import { clientOptions, type Line, type LineListener } from './line.ts';

/**
 * Connects to the Redis at `url`, whichever kind it is: on a cluster messages travel by sharded pub/sub, on a single
 * server by the plain one.
 */
export async function openLine(url: string, listener: LineListener): Promise<Line> {
  const asking = createClient({ ...clientOptions, url }) as RedisClientType;
  asking.on('error', (error: Error) => listener.broken(error));
  try {
    await asking.connect();
    if (!(await isOfCluster(asking))) return await openSingleLine(asking, listener);
  } catch (error) {
    close(asking);
    throw error;
  }
  close(asking);
  return openClusterLine(url, listener);
}

/** One that may not be asked is taken for a single server. */
async function isOfCluster(client: RedisClientType): Promise<boolean> {
  try {
    return /^cluster_enabled:1/m.test(await client.info('cluster'));
  } catch (error) {
    if (!client.isReady) throw error;
    return false;
  }
}

async function openSingleLine(asking: RedisClientType, listener: LineListener): Promise<Line> {
  // Subscriptions have a connection of their own: a server cuts one that is slow to take its messages.
  const hearing = asking.duplicate();
  hearing.on('error', (error: Error) => listener.broken(error));
  await hearing.connect();
  const onMessage = (text: string) => listener.message(text);
  return {
    publish: (channel, text) => asking.publish(channel, text),
    subscribe: (channels) => hearing.subscribe([...channels], onMessage),
    unsubscribe: (channels) => hearing.unsubscribe([...channels], onMessage),
    ask: (_key, command) => asking.sendCommand(command),
    channelPerServer: (prefix) => [prefix],
    close: () => {
      close(asking);
      close(hearing);
    },
  };
}

function close(client: RedisClientType): void {
  if (client.isOpen) client.destroy();
}
