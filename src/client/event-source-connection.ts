import type { Connection } from './connection.ts';
import type { EventSourceClass } from './event-source.ts';
import { frameTypes, nameOf } from './frame.ts';

/**
 * Reads a stream by an EventSource, until its first error: left alone it would come back to the very same URL, with a
 * ticket that is used up.
 */
export function readByEventSource(EventSource: EventSourceClass): Connection {
  return ({ url, init: { credentials, headers } }, listener, signal) =>
    new Promise((resolve) => {
      const source = new EventSource(url, {
        withCredentials: credentials === 'include',
        // The package `eventsource` can send headers this way; browsers pass it over.
        fetch: (target, init) =>
          fetch(target, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } }),
      });
      const end = () => {
        source.close();
        resolve({});
      };
      signal.addEventListener('abort', end);
      source.addEventListener('error', end);
      for (const event of frameTypes) {
        source.addEventListener(event, ({ data, lastEventId }) => {
          // An EventSource repeats the last id with frames that have none.
          const id = nameOf(event) && lastEventId;
          if (!signal.aborted) listener.frame({ event, id, data: String(data) });
        });
      }
    });
}
