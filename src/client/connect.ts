import type { Client, ConnectOptions } from './client.ts';

/** Connects to Carillon as whoever is signed in. Never throws: what is wrong shows in `state`. */
export function connect(_options: ConnectOptions): Client {
  const list = {
    status: 'idle' as const,
    error: undefined,
    filter: 'all' as const,
    items: [],
    hasMore: false,
    cursor: undefined,
    load: () => Promise.resolve(),
    loadMore: () => Promise.resolve(),
  };
  const notYet = () => Promise.reject(new Error('Not connected.'));
  return {
    state: { status: 'connecting' },
    counts: undefined,
    list,
    verified: { events: 0, holes: 0, repeats: 0 },
    on: () => () => undefined,
    read: notYet,
    unread: notYet,
    archive: notYet,
    unarchive: notYet,
    readAll: notYet,
    seen: notYet,
    reconnect: () => undefined,
    close: () => undefined,
  };
}
