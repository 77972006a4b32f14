import { digestOfFrame } from '../digest.ts';
import { threeWords } from '../text.ts';
import type { Entry, ReaderLog } from '../history.ts';

/** A frame as a client's parser hands it over. */
export interface ReadFrame {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

/** Events by user, id, and digest: thousands of readers who saw the same event share one entry. */
export type KnownEvents = Map<string, Entry>;

/** Writes down what one reader sees, and knows from where it must resume. */
export class Journal {
  readonly log: ReaderLog;
  /** The last id that it saw. */
  cursor: string | undefined;
  /** When something came last, in milliseconds of `performance.now()`. */
  heardAt = performance.now();
  /** How often `sync` came. */
  syncs = 0;
  readonly #serverRun: () => number;
  readonly #known: KnownEvents;

  /**
   * @param serverRun how often the server was started by now.
   * @param cursor where it begins; at the present end unless given.
   */
  constructor(name: string, user: string, serverRun: () => number, known: KnownEvents, cursor?: string) {
    this.log = { name, user, isComplete: true, entries: [] };
    this.cursor = cursor;
    this.#serverRun = serverRun;
    this.#known = known;
  }

  get entries(): readonly Entry[] {
    return this.log.entries;
  }

  /** The number of the last event that it saw; 0 before any. */
  get seq(): number {
    return Number(this.cursor?.split('.')[1] ?? 0);
  }

  connect(cursor: string | undefined): void {
    this.heardAt = performance.now();
    this.log.entries.push({ kind: 'connect', cursor, at: this.heardAt });
  }

  hear({ id, event = 'message', data }: ReadFrame): void {
    this.heardAt = performance.now();
    this.log.entries.push(this.#entry(id ?? '', event, data));
    if (event === 'sync') this.syncs++;
    this.cursor = id ?? this.cursor;
  }

  #entry(id: string, event: string, data: string): Entry {
    switch (event) {
      case 'sync': {
        const { from, to, missed, counts } = JSON.parse(data);
        return { kind: 'sync', id, from, to, missed, counts, serverRun: this.#serverRun() };
      }
      case 'reset': {
        const { reason, seq, counts } = JSON.parse(data);
        return { kind: 'reset', id, reason, seq, counts };
      }
      case 'ping':
        return { kind: 'ping', seq: JSON.parse(data).seq };
      case 'goodbye':
        return { kind: 'goodbye', reason: JSON.parse(data).reason };
      default:
        return this.#inboxEntry(id, event, data);
    }
  }

  #inboxEntry(id: string, type: string, data: string): Entry {
    const digest = digestOfFrame(data);
    const { seq, counts, notification, notificationId = notification?.id } = JSON.parse(data);
    const text = notification && threeWords(notification.body ?? notification.title);
    const key = `${this.log.user} ${id} ${type} ${digest} ${text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { kind: 'event', id, type, seq, digest, counts, notificationId, text };
    this.#known.set(key, entry);
    return entry;
  }
}
