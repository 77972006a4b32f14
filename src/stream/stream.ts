import { crc32 } from 'node:zlib';
import { type Position, resetReason } from '../domain/cursor.ts';
import { AppError } from '../domain/errors.ts';
import type { LogPage } from '../domain/inbox.ts';
import {
  eventFrame,
  type GoodbyeReason,
  goodbyeFrame,
  pingFrame,
  resetFrame,
  retryDelay,
  syncFrame,
} from './frames.ts';
import type { Offer } from './offer.ts';

/** Where a stream's bytes go: a socket. */
export interface Sink {
  /**
   * Takes `bytes` whole.
   * @returns false when it is full: they are taken all the same, but nothing more may follow before `Stream.drained`.
   */
  write(bytes: Buffer): boolean;
  /** Takes the last text and ends. */
  end(last: string): void;
  /** Bytes that were taken and are not with the kernel yet. */
  readonly bufferedBytes: number;
}

/** Reads a user's log, as `Store.log` does. */
export type ReadLog = (userId: string, after: number | undefined, limit: number) => Promise<LogPage>;

/**
 * Why a stream reads from the store: it opens, an offer did not fit, its socket was full for a while, its inbox has gone
 * on without an offer.
 */
export type PullReason = 'open' | 'gap' | 'slow' | 'head';

/** Why a stream ended: the server said goodbye, the client went, or reading the store failed in a way that will not heal. */
export type CloseReason = GoodbyeReason | 'client' | 'error';

/** Hears of what a stream does. */
export interface StreamObserver {
  opened(): void;
  pulled(reason: PullReason): void;
  replayed(events: number): void;
  closed(reason: CloseReason): void;
  failed(error: unknown): void;
}

/** What all streams share. */
export interface StreamParts {
  readonly epoch: string;
  readonly readLog: ReadLog;
  readonly observer: StreamObserver;
  /** Most events that an opening stream replays; a stream that lags later reads on without limit. */
  readonly replayLimit: number;
  /** Called once, when a stream has ended. */
  readonly onClose: (stream: Stream) => void;
}

/** By what a stream was opened, how long it lasts, and why it ends then. */
export interface Life {
  /** When its token was issued, in Unix milliseconds; 0 when that is not known. */
  readonly issuedAt: number;
  /** Milliseconds of `performance.now()`. */
  readonly endsAt: number;
  readonly reason: GoodbyeReason;
}

/** Most events that one read takes from the log and one write gives to the socket. */
const pageEvents = 200;
/** How long to wait at least before a log is read again that could not be read. */
const pullAgainMs = 500;

/**
 * One open connection: a cursor, the number of the last event that it sent, and one rule. An event that is the next is
 * sent, one that is not behind the cursor was sent already, and before any other the missing ones are read from the log.
 */
export class Stream {
  readonly userId: string;
  /** The heartbeat's. */
  slot = 0;
  readonly #parts: StreamParts;
  readonly #sink: Sink;
  readonly #life: Life;
  #cursor: number;
  /** Of the event at the cursor when another process has told of it; undefined when it is known to be true. */
  #checksum: number | undefined;
  /** What was sent is not what the log has: somebody forges messages on the bus. */
  #isRefuted = false;
  /** Where `sync` says that the stream began; undefined until an opening stream has seen where the log ends. */
  #from: number | undefined;
  /** The highest number that was heard of since the log was last asked. */
  #head = 0;
  #replayLimit: number;
  #pulling = false;
  #blocked = false;
  #synced = false;
  #closed = false;

  constructor(parts: StreamParts, userId: string, sink: Sink, position: Position, life: Life) {
    this.userId = userId;
    this.#parts = parts;
    this.#sink = sink;
    this.#life = life;
    // An unknown cursor is ahead of every log: the first read answers it with a reset.
    this.#cursor = position.at === 'behind' ? position.seq : Infinity;
    this.#from = position.at === 'end' ? undefined : this.#cursor;
    this.#replayLimit = parts.replayLimit;
  }

  get bufferedBytes(): number {
    return this.#sink.bufferedBytes;
  }

  get issuedAt(): number {
    return this.#life.issuedAt;
  }

  get endsAt(): number {
    return this.#life.endsAt;
  }

  /** Begins to send. The stream must be registered: what is committed from the first read on comes as an offer. */
  async start(): Promise<void> {
    this.#parts.observer.opened();
    await this.#pull('open');
  }

  /** Tells of events that are committed, with their bytes. May come late, twice, in any order, or never. */
  offer({ first, last, bytes, frames, isOwn }: Offer): void {
    const repeated = frames[this.#cursor - first];
    if (this.#checksum !== undefined && repeated !== undefined && crc32(repeated) !== this.#checksum) {
      this.#refute();
      return;
    }
    if (!this.#lacks(last)) return;
    if (first !== this.#cursor + 1) {
      void this.#pull('gap');
      return;
    }
    this.#cursor = last;
    this.#checksum = isOwn ? undefined : crc32(frames.at(-1) ?? '');
    this.#write(bytes);
  }

  /**
   * Tells that the log goes up to event `seq`, whose bytes are not at hand; like `offer` in all else. A stream that is
   * ahead of it reads as well: either the head is an old one, or the stream has sent a forged event.
   */
  offerHead(seq: number): void {
    if (this.#lacks(seq) || (seq < this.#cursor && this.#isLive)) void this.#pull('head');
  }

  /** Tells that the sink has room again. */
  drained(): void {
    this.#blocked = false;
    if (!this.#pulling && this.#canGoOn()) void this.#pull('slow');
  }

  /** Shows the client that the stream lives; a full socket shows that by itself. `time` is RFC 3339 UTC. */
  ping(time: string): void {
    if (this.#synced && !this.#blocked) this.#write(Buffer.from(pingFrame(this.#cursor, time)));
  }

  /** Says goodbye and ends the stream; nothing once it has ended. */
  close(reason: GoodbyeReason): void {
    this.#end(reason, goodbyeFrame(reason, retryDelay(reason)));
  }

  /** Ends the stream because its life is over. */
  expire(): void {
    this.close(this.#life.reason);
  }

  /** Tells that the client has gone. */
  gone(): void {
    this.#end('client', '');
  }

  /** Hears of event `seq`. @returns whether it is to be sent now, and not left to a read that is or will be under way */
  #lacks(seq: number): boolean {
    this.#head = Math.max(this.#head, seq);
    return seq > this.#cursor && this.#isLive;
  }

  get #isLive(): boolean {
    return !this.#closed && !this.#pulling && !this.#blocked;
  }

  /** Sends a `reset`, now or as soon as it can: the client fetches the list, which is true. */
  #refute(): void {
    this.#isRefuted = true;
    if (this.#isLive) void this.#pull('gap');
  }

  async #pull(reason: PullReason): Promise<void> {
    if (this.#closed) return;
    this.#pulling = true;
    this.#parts.observer.pulled(reason);
    try {
      do {
        this.#head = 0; // What is offered from here on may be missing in what is read.
        const after = Number.isFinite(this.#cursor) ? this.#cursor : undefined;
        const page = await this.#parts.readLog(this.userId, after, pageEvents);
        this.#take(page);
      } while (this.#canGoOn());
      // No `await` from that comparison on: an offer in between would find the stream neither reading nor live.
      this.#pulling = false;
    } catch (error) {
      this.#parts.observer.failed(error);
      if (error instanceof AppError && error.code === 'unavailable') this.#pullLater(reason);
      else this.#end('error', '');
    }
  }

  /** Reads again in a while, still as one that reads: a database that is away comes back, and the client need not. */
  #pullLater(reason: PullReason): void {
    // Each at another time, or all of them ask a database that has just come back at once.
    const wait = pullAgainMs * (1 + Math.random());
    setTimeout(() => void this.#pull(reason), wait).unref();
  }

  #canGoOn(): boolean {
    return (this.#head > this.#cursor || this.#isRefuted) && !this.#blocked && !this.#closed;
  }

  /** Sends a page of the log, in one write. */
  #take({ inbox, events }: LogPage): void {
    this.#head = Math.max(this.#head, inbox.seq);
    // Both may have come about meanwhile; a ping can fill a socket, and then `drained` reads this page again.
    if (this.#closed || this.#blocked) return;
    if (this.#from === undefined) this.#cursor = this.#from = inbox.seq;

    const { epoch, observer } = this.#parts;
    let text = '';
    const reason = this.#isRefuted ? 'unknown' : resetReason(this.#cursor, inbox, this.#replayLimit);
    this.#isRefuted = false;
    this.#checksum = undefined;
    this.#replayLimit = Infinity;
    if (reason === undefined) {
      for (const event of events) {
        if (event.seq !== this.#cursor + 1)
          throw new Error(`The log has a hole behind event ${this.#cursor}.`);
        text += eventFrame(epoch, event);
        this.#cursor = event.seq;
      }
      if (events.length > 0) observer.replayed(events.length);
    } else {
      text += resetFrame(epoch, reason, inbox);
      this.#cursor = this.#from = inbox.seq;
    }
    if (!this.#synced && this.#cursor === inbox.seq) {
      text += syncFrame(epoch, this.#from, inbox);
      this.#synced = true;
    }
    if (text !== '') this.#write(Buffer.from(text));
  }

  #write(bytes: Buffer): void {
    this.#blocked = !this.#sink.write(bytes);
  }

  #end(reason: CloseReason, last: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#parts.onClose(this);
    this.#parts.observer.closed(reason);
    this.#sink.end(last);
  }
}
