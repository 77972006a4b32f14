import type { EventSourceClass } from './event-source.ts';
import { frameTypes, nameOf, type RawFrame } from './frame.ts';

/* One connection: its whole life, from the request to the end. */

export interface StreamRequest {
  readonly url: string;
  /** Credentials, and headers where they are needed. */
  readonly init: {
    readonly credentials: RequestCredentials;
    readonly headers: Record<string, string>;
    readonly cache: RequestCache;
  };
}

export interface Listener {
  /** Something came, be it only a comment. */
  alive(): void;
  frame(frame: RawFrame): void;
}

/** What is known of the end: the status of an answer that was no stream, the server's last `retry:`. */
export interface Ending {
  readonly status?: number;
  readonly retryMs?: number | undefined;
}

/** Opens a stream and reads it; resolves when it is over, for whatever reason, and never rejects. */
export type Connection = (request: StreamRequest, listener: Listener, signal: AbortSignal) => Promise<Ending>;

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
      source.addEventListener('open', () => listener.alive());
      source.addEventListener('error', end);
      for (const event of frameTypes) {
        source.addEventListener(event, ({ data, lastEventId }) => {
          if (signal.aborted) return;
          listener.alive();
          // An EventSource repeats the last id with frames that have none.
          const id = nameOf(event) && lastEventId;
          listener.frame({ event, id, data: String(data) });
        });
      }
    });
}
