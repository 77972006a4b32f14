import type { ConnectOptions } from './client.ts';
import type { Connection } from './connection.ts';
import { readByEventSource } from './event-source-connection.ts';
import type { EventSourceClass } from './event-source.ts';
import { readByFetch } from './fetch-connection.ts';

/** An EventSource, where there is one and no header is needed that it cannot send; or else `fetch`. */
export function connectionFor({ EventSource, token, getTicket }: ConnectOptions): Connection {
  const { EventSource: native } = globalThis as { EventSource?: EventSourceClass };
  const needsHeader = token !== undefined && getTicket === undefined;
  const source = EventSource ?? (needsHeader ? undefined : native);
  return source === undefined ? readByFetch : readByEventSource(source);
}
