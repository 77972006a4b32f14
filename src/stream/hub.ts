import type { Announcement } from '../domain/bus.ts';
import type { Store } from '../domain/store.ts';
import { eventFrame, type GoodbyeReason } from './frames.ts';
import { Gate } from './gate.ts';
import { Heartbeat } from './heartbeat.ts';
import { type Sink, Stream, type StreamObserver, type StreamParts } from './stream.ts';

/** Hears of what the hub and its streams do. */
export interface HubObserver extends StreamObserver {
  /** An event went to the sockets of its user, `seconds` after its commit. */
  delivered(seconds: number): void;
}

export interface HubParts {
  readonly store: Pick<Store, 'epoch' | 'log'>;
  readonly observer: HubObserver;
  readonly maxStreams: number;
  readonly maxStreamsPerUser: number;
  /** Most events that an opening stream replays. */
  readonly replayLimit: number;
  readonly heartbeatMs: number;
  /** Age at which a stream is ended so that the client opens a fresh one, give or take 20 %. */
  readonly maxAgeMs: number;
}

/** Most streams that read from the store at once. */
const readsAtOnce = 16;

/** This process's open streams by user. */
export class Hub {
  readonly #parts: HubParts;
  readonly #streamParts: StreamParts;
  readonly #heartbeat: Heartbeat;
  readonly #gate = new Gate(readsAtOnce);
  /** Arrays, because nearly everybody has one stream, for which a Set costs more than the stream itself. */
  readonly #users = new Map<string, Stream[]>();
  #size = 0;
  #draining = false;

  constructor(parts: HubParts) {
    const { store, observer, replayLimit } = parts;
    this.#parts = parts;
    this.#streamParts = {
      epoch: store.epoch,
      readLog: (...asked) => this.#gate.run(() => store.log(...asked)),
      observer,
      replayLimit,
      onClose: (stream) => this.#remove(stream),
    };
    this.#heartbeat = new Heartbeat(parts.heartbeatMs);
  }

  /** How many streams are open. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that wait in this process for sockets that are full. */
  get bufferedBytes(): number {
    let bytes = 0;
    for (const stream of this.#streams()) bytes += stream.bufferedBytes;
    return bytes;
  }

  /** Why no stream can be opened for this user at present; undefined when one can. */
  refusal(userId: string): GoodbyeReason | undefined {
    if (this.#draining) return 'shutdown';
    const ofUser = this.#users.get(userId)?.length ?? 0;
    const isFull = this.#size >= this.#parts.maxStreams || ofUser >= this.#parts.maxStreamsPerUser;
    return isFull ? 'busy' : undefined;
  }

  /**
   * Opens a stream of this user's log on `sink`.
   *
   * @param position where it starts, as `positionOf` says.
   * @param sessionEndsInMs how long the user's token is still valid; the stream ends with it.
   */
  open(userId: string, sink: Sink, position: number | undefined, sessionEndsInMs: number): Stream {
    const ageMs = this.#parts.maxAgeMs * (0.8 + 0.4 * Math.random());
    const stream = new Stream(this.#streamParts, userId, sink, position, {
      endsAt: performance.now() + Math.min(ageMs, sessionEndsInMs),
      reason: sessionEndsInMs < ageMs ? 'expired' : 'rotate',
    });
    this.#register(stream);
    void stream.start();
    return stream;
  }

  /** Hands committed events to the streams of their users. */
  offer({ events, committedAt }: Announcement): void {
    for (const event of events) {
      const streams = this.#users.get(event.userId);
      if (streams === undefined) continue;
      const frame = Buffer.from(eventFrame(this.#parts.store.epoch, event));
      // A copy: a stream that ends on being offered something takes itself out.
      for (const stream of streams.slice()) stream.offer(event.seq, frame);
      this.#parts.observer.delivered((performance.now() - committedAt) / 1000);
    }
  }

  /**
   * Refuses new streams and ends the open ones one after the other, spread over `windowMs`, so that their clients do
   * not all come back at once. Resolves when none is left.
   */
  async drain(windowMs: number): Promise<void> {
    this.#draining = true;
    const streams = [...this.#streams()].sort(() => Math.random() - 0.5);
    const start = performance.now();
    for (const [i, stream] of streams.entries()) {
      const waitMs = start + (i / streams.length) * windowMs - performance.now();
      if (waitMs > 10) await new Promise((resolve) => setTimeout(resolve, waitMs));
      stream.close('shutdown');
    }
    this.#heartbeat.close();
  }

  #register(stream: Stream): void {
    const streams = this.#users.get(stream.userId);
    if (streams === undefined) this.#users.set(stream.userId, [stream]);
    else streams.push(stream);
    this.#heartbeat.add(stream);
    this.#size++;
  }

  #remove(stream: Stream): void {
    const streams = this.#users.get(stream.userId) ?? [];
    const index = streams.indexOf(stream);
    if (index === -1) return;
    streams.splice(index, 1);
    if (streams.length === 0) this.#users.delete(stream.userId);
    this.#heartbeat.remove(stream);
    this.#size--;
  }

  *#streams(): Iterable<Stream> {
    for (const streams of this.#users.values()) yield* streams;
  }
}
