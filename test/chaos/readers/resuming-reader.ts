import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import type { Journal } from './journal.ts';
import { type Reader, type ReaderParts, watch } from './reader.ts';

/** One connection of a reader. */
export interface Connection {
  readonly url: string;
  readonly token: string;
  readonly cursor: string | undefined;
  /** Aborts when the reader has enough of it. */
  readonly signal: AbortSignal;
  /** Takes the body as it comes. */
  readonly feed: (bytes: Uint8Array) => void;
}

/** Connects and feeds until the connection ends, for whatever reason. */
export type Connect = (connection: Connection) => Promise<void>;

export interface ResumingOptions extends ReaderParts {
  readonly connect: Connect;
  /** Whether it waits as long as the server's `retry:` says; else it comes back at once. */
  readonly isPatient: boolean;
  /** Whether silence makes it connect again; unless given, it does. */
  readonly isWatchful?: boolean;
}

/** For who does not wait: not in a tight loop while the server is down. */
const impatienceMs = 100;
/** Before a `retry:` has come. */
const defaultRetryMs = 1_000;

/** Follows the stream on one connection after the other, each from where the one before it ended. */
export class ResumingReader implements Reader {
  readonly journal: Journal;
  readonly #options: ResumingOptions;
  readonly #closed = new AbortController();
  readonly #unwatch: () => void;
  #connection = new AbortController();
  #retryMs = defaultRetryMs;

  constructor(options: ResumingOptions) {
    this.journal = options.journal;
    this.#options = options;
    this.#unwatch =
      options.isWatchful === false ? () => undefined : watch(options.journal, () => this.breakOff());
    void this.#follow();
  }

  close(): void {
    this.#unwatch();
    this.#closed.abort();
    this.#connection.abort();
  }

  /** Breaks the present connection, as when a laptop is closed. */
  breakOff(): void {
    this.#connection.abort();
  }

  async #follow(): Promise<void> {
    const { connect, url, token, isPatient } = this.#options;
    while (!this.#isClosed()) {
      this.#connection = new AbortController();
      const { signal } = this.#connection;
      const { cursor } = this.journal;
      this.journal.connect(cursor);
      const credential = await token();
      if (this.#isClosed()) return;
      // Each connection is read by a parser of its own: half a frame of the last one is nothing.
      await connect({ url, token: credential, cursor, signal, feed: this.#parser(signal) });
      await sleep(isPatient ? this.#retryMs : impatienceMs);
    }
  }

  #isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  #parser(signal: AbortSignal): (bytes: Uint8Array) => void {
    const decoder = new TextDecoder();
    const parser = createParser({
      onEvent: ({ id, event, data }) => this.journal.hear({ id, event, data }),
      onRetry: (retry) => (this.#retryMs = retry),
    });
    return (bytes) => {
      // What it has given up it does not hear any more, or it would hear it twice.
      if (!signal.aborted) parser.feed(decoder.decode(bytes, { stream: true }));
    };
  }
}
