import { createCluster } from '@redis/client';
import { clientOptions, type Line, type LineListener } from './line.ts';
import { slotOf } from './slot.ts';

/** Connects to the cluster that the server at `url` belongs to. */
export async function openClusterLine(url: string, listener: LineListener): Promise<Line> {
  const { hostname, username, password } = new URL(url);
  const tls = { ...clientOptions.socket, tls: true, servername: hostname } as const;
  const cluster = createCluster({
    rootNodes: [{ ...clientOptions, url }],
    // Of the others no more is found than their addresses.
    defaults: {
      ...clientOptions,
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(url.startsWith('rediss:') && { socket: tls }),
    },
  });
  for (const name of ['error', 'node-error']) {
    cluster.on(name, (error: Error) => listener.broken(error));
  }
  await cluster.connect();
  const onMessage = (text: string) => listener.message(text);
  return {
    publish: (channel, text) => cluster.sPublish(channel, text),
    // One by one: those of one command would have to be of one slot.
    subscribe: async (channels) => {
      await Promise.all(channels.map((channel) => cluster.sSubscribe(channel, onMessage)));
    },
    unsubscribe: async (channels) => {
      await Promise.all(channels.map((channel) => cluster.sUnsubscribe(channel, onMessage)));
    },
    ask: (key, command) => cluster.sendCommand(key, false, [...command]),
    channelPerServer: (prefix) => {
      const names = new Map<unknown, string>();
      // Each name falls somewhere else, so every server soon has one, unless it has no slots.
      const most = 100 * cluster.masters.length;
      for (let i = 0; i < most && names.size < cluster.masters.length; i++) {
        const name = `${prefix}:${i}`;
        const master = cluster.slots[slotOf(name)]?.master;
        if (master !== undefined && !names.has(master)) names.set(master, name);
      }
      return [...names.values()];
    },
    close: () => {
      if (cluster.isOpen) cluster.destroy();
    },
  };
}
