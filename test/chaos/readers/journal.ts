import { digestOf } from '../digest.ts';
import type { Entry, ReaderLog } from '../history.ts';

/** A frame as a client's parser hands it over. */
export interface ReadFrame {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

/** Writes down what one reader sees, and knows from where it must resume. */
export class Journal {
  readonly log: ReaderLog;
  /** The last id that it saw. */
  cursor: string | undefined;
  /** When something came last, in milliseconds of `performance.now()`. */
  heardAt = performance.now();
  readonly #serverRun: () => number;

  /**
   * @param cursor where it begins; at the present end unless given.
   * @param serverRun how often the server was started by now.
   */
  constructor(name: string, user: string, serverRun: () => number, cursor?: string) {
    this.log = { name, user, isComplete: true, entries: [] };
    this.cursor = cursor;
    this.#serverRun = serverRun;
  }

  get entries(): readonly Entry[] {
    return this.log.entries;
  }

  /** The number of the last event that it saw; 0 before any. */
  get seq(): number {
    return Number(this.cursor?.split('.')[1] ?? 0);
  }

  /** How often `sync` came. */
  get syncs(): number {
    return this.log.entries.filter(({ kind }) => kind === 'sync').length;
  }

  connect(cursor: string | undefined): void {
    this.heardAt = performance.now();
    this.log.entries.push({ kind: 'connect', cursor });
  }

  hear({ id, event = 'message', data }: ReadFrame): void {
    this.heardAt = performance.now();
    this.log.entries.push(this.#entry(id ?? '', event, data));
    this.cursor = id ?? this.cursor;
  }

  #entry(id: string, event: string, data: string): Entry {
    const { seq, from, to, missed, counts, reason, notification } = JSON.parse(data);
    switch (event) {
      case 'sync':
        return { kind: 'sync', id, from, to, missed, counts, serverRun: this.#serverRun() };
      case 'reset':
        return { kind: 'reset', id, reason, seq, counts };
      case 'ping':
        return { kind: 'ping', seq };
      case 'goodbye':
        return { kind: 'goodbye', reason };
      default: {
        const commentId: string | undefined = event === 'notification' ? notification.comment.id : undefined;
        return { kind: 'event', id, type: event, seq, digest: digestOf(data), counts, commentId };
      }
    }
  }
}
