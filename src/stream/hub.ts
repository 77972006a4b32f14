import { type Announcement, type Bus, byUser } from '../domain/bus.ts';
import type { Position } from '../domain/cursor.ts';
import type { Revocation } from '../domain/revocation.ts';
import type { Store } from '../domain/store.ts';
import type { GoodbyeReason } from './frames.ts';
import { Gate } from './gate.ts';
import { Heartbeat } from './heartbeat.ts';
import { offerOf } from './offer.ts';
import { type Sink, Stream, type StreamObserver, type StreamParts } from './stream.ts';

/** Hears of what the hub and its streams do. */
export interface HubObserver extends StreamObserver {
  /** An event went to the sockets of its user, `seconds` after its commit. */
  delivered(seconds: number): void;
}

export interface HubParts {
  readonly store: Pick<Store, 'epoch' | 'log'>;
  readonly bus: Pick<Bus, 'follow' | 'unfollow'>;
  readonly observer: HubObserver;
  readonly maxStreams: number;
  readonly maxStreamsPerUser: number;
  /** Most events that an opening stream replays. */
  readonly replayLimit: number;
  readonly heartbeatMs: number;
  /** Age at which a stream is ended so that the client opens a fresh one, give or take 20 %. */
  readonly maxAgeMs: number;
}

/** What a stream is opened by: a token, or what was given for one. */
export interface StreamSession {
  /** Unix milliseconds; 0 when that is not known. */
  readonly issuedAt: number;
  /** How long it is still valid; the stream ends with it. */
  readonly endsInMs: number;
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

  /** Opens a stream of this user's log on `sink`. */
  open(userId: string, sink: Sink, position: Position, session: StreamSession): Stream {
    const { issuedAt, endsInMs } = session;
    const ageMs = this.#parts.maxAgeMs * (0.8 + 0.4 * Math.random());
    const stream = new Stream(this.#streamParts, userId, sink, position, {
      issuedAt,
      endsAt: performance.now() + Math.min(ageMs, endsInMs),
      reason: endsInMs < ageMs ? 'expired' : 'rotate',
    });
    this.#register(stream);
    void stream.start();
    return stream;
  }

  /** Hands committed events to the streams of their users: what one commit has for a user is one write to each stream. */
  offer({ events, committedAt }: Announcement): void {
    const { store, observer } = this.#parts;
    for (const [userId, ofUser] of byUser(events)) {
      const streams = this.#users.get(userId);
      if (streams === undefined) continue;
      const offer = offerOf(store.epoch, ofUser, committedAt !== undefined);
      // A copy: a stream that ends when it is offered something removes itself.
      for (const stream of streams.slice()) stream.offer(offer);
      // When another process has committed them, this one's clock does not know when.
      if (committedAt === undefined) continue;
      const seconds = (performance.now() - committedAt) / 1000;
      ofUser.forEach(() => observer.delivered(seconds));
    }
  }

  /** Tells the streams of these users the numbers of the newest events, which may have been lost on their way here. */
  offerHeads(heads: ReadonlyMap<string, number>): void {
    for (const [userId, seq] of heads) {
      for (const stream of this.#users.get(userId)?.slice() ?? []) stream.offerHead(seq);
    }
  }

  /** The users who have a stream here. */
  userIds(): string[] {
    return [...this.#users.keys()];
  }

  /** Ends the streams of a user that were opened by what was issued before the revocation. */
  revoke({ userId, revokedAt }: Revocation): void {
    for (const stream of this.#users.get(userId)?.slice() ?? []) {
      if (stream.issuedAt < revokedAt) stream.close('revoked');
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
    const { userId } = stream;
    const streams = this.#users.get(userId);
    if (streams === undefined) {
      this.#users.set(userId, [stream]);
      // Before it reads: what is committed until the bus really follows is found by a look at the head after that.
      this.#parts.bus.follow(userId);
    } else {
      streams.push(stream);
    }
    this.#heartbeat.add(stream);
    this.#size++;
  }

  #remove(stream: Stream): void {
    const { userId } = stream;
    const streams = this.#users.get(userId) ?? [];
    const index = streams.indexOf(stream);
    if (index === -1) return;
    streams.splice(index, 1);
    if (streams.length === 0) {
      this.#users.delete(userId);
      this.#parts.bus.unfollow(userId);
    }
    this.#heartbeat.remove(stream);
    this.#size--;
  }

  *#streams(): Iterable<Stream> {
    for (const streams of this.#users.values()) yield* streams;
  }
}
