import { EventSource, type EventSourceFetchInit } from 'eventsource';
import type { Journal } from './journal.ts';
import { type Reader, type ReaderParts, watch } from './reader.ts';

const events = [
  'notification',
  'notification.updated',
  'notification.removed',
  'notifications.read',
  'notifications.seen',
  'sync',
  'reset',
  'ping',
  'goodbye',
];

/** Follows the stream as a browser would: reconnects, waits, and resumes as the npm package `eventsource` does. */
export class EventSourceReader implements Reader {
  readonly journal: Journal;
  readonly #parts: ReaderParts;
  readonly #unwatch: () => void;
  #source: EventSource;

  constructor(parts: ReaderParts) {
    this.journal = parts.journal;
    this.#parts = parts;
    this.#source = this.#open();
    this.#unwatch = watch(parts.journal, () => this.#reopen());
  }

  close(): void {
    this.#unwatch();
    this.#source.close();
  }

  /** For what it does not notice or has given up; a new one has no `Last-Event-ID` yet, so the query says it. */
  #reopen(): void {
    this.#source.close();
    this.#source = this.#open();
  }

  #open(): EventSource {
    const { journal, url } = this.#parts;
    const query = journal.cursor === undefined ? '' : `?lastEventId=${journal.cursor}`;
    const source = new EventSource(`${url}/notifications/stream${query}`, {
      fetch: (target, init) => this.#fetch(target, init),
    });
    for (const event of events) {
      // Only a frame with an id of its own moves the cursor; the rest repeat the last one.
      source.addEventListener(event, ({ data, lastEventId }) => {
        const id = event === 'ping' || event === 'goodbye' ? undefined : lastEventId;
        journal.hear({ id, event, data: data as string });
      });
    }
    return source;
  }

  async #fetch(target: string | URL, init: EventSourceFetchInit): Promise<Response> {
    const { journal, token } = this.#parts;
    const headers = { ...init.headers, Authorization: `Bearer ${await token()}` };
    journal.connect(init.headers['Last-Event-ID'] ?? journal.cursor);
    return fetch(target, { ...init, headers });
  }
}
