import type { ConnectOptions } from './client.ts';
import { readByEventSource } from './event-source-connection.ts';
import type { EventSourceClass } from './event-source.ts';
import { readByFetch } from './fetch-connection.ts';
import type { RawFrame } from './frame.ts';

/* One connection: its whole life, from the request to the end. */

export interface StreamRequest {
  readonly url: string;
  /** Credentials, and headers where they are needed. */
  readonly init: {
    readonly credentials: RequestCredentials;
    readonly headers: Record<string, string>;
  };
}

export interface Listener {
  /** Something came, be it only a comment. */
  readonly alive: () => void;
  readonly frame: (frame: RawFrame) => void;
}

/** What is known of the end: the status of an answer that was no stream, the server's last `retry:`. */
export interface Ending {
  readonly status?: number;
  readonly retryMs?: number | undefined;
}

/** Opens a stream and reads it; resolves when it is over, for whatever reason, and never rejects. */
export type Connection = (request: StreamRequest, listener: Listener, signal: AbortSignal) => Promise<Ending>;

/** An EventSource, where there is one and no header is needed that it cannot send; or else `fetch`. */
export function connectionFor({ EventSource, token, getTicket }: ConnectOptions): Connection {
  const { EventSource: native } = globalThis as { EventSource?: EventSourceClass };
  const needsHeader = token !== undefined && getTicket === undefined;
  const source = EventSource ?? (needsHeader ? undefined : native);
  return source === undefined ? readByFetch : readByEventSource(source);
}
