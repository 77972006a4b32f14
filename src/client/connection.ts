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
