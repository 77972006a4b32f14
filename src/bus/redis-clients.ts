import { createClient, createCluster, type RedisClientType } from '@redis/client';

/**
 * Connections to Redis that work until one of them breaks. Then all of them are of no use: they neither reconnect nor
 * keep anything for later, and everything that waits for an answer rejects.
 */
export interface RedisClients {
  publish(channel: string, text: string): Promise<unknown>;
  /** Resolves when messages that are published from then on arrive. */
  subscribe(channels: readonly string[], onMessage: OnMessage): Promise<unknown>;
  unsubscribe(channels: readonly string[]): Promise<unknown>;
  /** One channel for each server that messages come from; their names begin with `prefix`. */
  channelPerServer(prefix: string): Promise<readonly string[]>;
  close(): void;
}

export type OnMessage = (text: string, channel: string) => void;

const options = {
  name: 'carillon',
  // A message that cannot be sent now is not worth being sent later.
  disableOfflineQueue: true,
  maintNotifications: 'disabled',
  // It would be one timer for each command. The ping shows whether a server answers.
  commandOptions: { timeout: 0 },
  socket: {
    reconnectStrategy: false,
    connectTimeout: 2_000,
    // For a server that accepts the connection and never answers. Later the pings keep a connection busy.
    socketTimeout: 4_000,
  },
} as const;

/**
 * Connects to the Redis at `url`: with sharded pub/sub when it is one of a cluster, else with plain pub/sub.
 * @param onBroken is told that a connection broke, perhaps several times.
 */
export async function openRedisClients(url: string, onBroken: (error: Error) => void): Promise<RedisClients> {
  const publisher = createClient({ ...options, url }) as RedisClientType;
  publisher.on('error', onBroken);
  try {
    await publisher.connect();
    if (!(await isOfCluster(publisher))) return await singleServer(publisher, onBroken);
  } catch (error) {
    publisher.destroy();
    throw error;
  }
  publisher.destroy();
  return cluster(url, onBroken);
}

/** A server that refuses to tell is taken for a single one. */
async function isOfCluster(client: RedisClientType): Promise<boolean> {
  try {
    return /^cluster_enabled:1/m.test(await client.info('cluster'));
  } catch (error) {
    if (!client.isReady) throw error;
    return false;
  }
}

async function singleServer(
  publisher: RedisClientType,
  onBroken: (error: Error) => void,
): Promise<RedisClients> {
  // Subscriptions have their own connection: a server closes one that is slow to read its messages.
  const subscriber = publisher.duplicate();
  subscriber.on('error', onBroken);
  await subscriber.connect();
  return {
    publish: (channel, text) => publisher.publish(channel, text),
    subscribe: (channels, onMessage) => subscriber.subscribe([...channels], onMessage),
    unsubscribe: (channels) => subscriber.unsubscribe([...channels]),
    channelPerServer: (prefix) => Promise.resolve([prefix]),
    close: () => {
      publisher.destroy();
      subscriber.destroy();
    },
  };
}

async function cluster(url: string, onBroken: (error: Error) => void): Promise<RedisClients> {
  const { protocol, hostname, username, password } = new URL(url);
  const nodes = createCluster({
    rootNodes: [{ ...options, url }],
    // The cluster tells only the addresses of its other servers.
    defaults: {
      ...options,
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { socket: { ...options.socket, tls: true, servername: hostname } }),
    },
  });
  nodes.on('error', onBroken);
  nodes.on('node-error', onBroken);
  await nodes.connect();
  return {
    publish: (channel, text) => nodes.sPublish(channel, text),
    // One command for each channel: those of one command would have to be of one slot.
    subscribe: (channels, onMessage) =>
      Promise.all(channels.map((channel) => nodes.sSubscribe(channel, onMessage))),
    unsubscribe: (channels) => Promise.all(channels.map((channel) => nodes.sUnsubscribe(channel))),
    channelPerServer: async (prefix) => {
      const names = new Map<unknown, string>();
      // Each name falls on a random server, so every server that has slots soon has one.
      const most = 100 * nodes.masters.length;
      for (let i = 0; i < most && names.size < nodes.masters.length; i++) {
        const name = `${prefix}:${i}`;
        const server = await nodes.getNodeClientForKey(name);
        if (!names.has(server)) names.set(server, name);
      }
      return [...names.values()];
    },
    close: () => nodes.destroy(),
  };
}
