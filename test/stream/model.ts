import { createParser } from 'eventsource-parser';
import type { Announcement } from '../../src/domain/bus.ts';
import { positionOf } from '../../src/domain/cursor.ts';
import type { InboxEvent, LogPage } from '../../src/domain/inbox.ts';
import type { Hub } from '../../src/stream/hub.ts';
import type { Sink, Stream } from '../../src/stream/stream.ts';
import { createRandom, type Random } from '../support/random.ts';

/*
 * A world in which everything goes wrong that may: a store that answers late, a bus that loses, repeats, and reorders,
 * sockets that fill up and break in the middle of a frame. What happens when follows from the seed.
 */

const epoch = 'k3f9x0qa';
const user = 'ann';
const noCounts = { unread: 0, unseen: 0 };

/** Runs the world of `seed` on this Hub. @returns what is wrong with what the readers got: nothing, for a right one */
export async function runWorld(HubClass: typeof Hub, seed: number): Promise<string[]> {
  const random = createRandom(seed);
  const world = new World(HubClass, random);
  return world.run();
}

class World {
  readonly #random: Random;
  readonly #hub: Hub;
  readonly #log: InboxEvent[] = [];
  /** Delays that have not ended; when there are none, nothing more will happen by itself. */
  #pending = 0;

  constructor(HubClass: typeof Hub, random: Random) {
    this.#random = random;
    const ignore = () => undefined;
    this.#hub = new HubClass({
      store: { epoch, log: (userId, after, limit) => this.#read(userId, after, limit) },
      bus: { follow: ignore, unfollow: ignore },
      observer: {
        opened: ignore,
        closed: ignore,
        pulled: ignore,
        replayed: ignore,
        delivered: ignore,
        failed: (error) => {
          throw error;
        },
      },
      maxStreams: 1000,
      maxStreamsPerUser: 1000,
      replayLimit: 1000,
      heartbeatMs: 1_000_000,
      maxAgeMs: 1_000_000,
    });
  }

  async run(): Promise<string[]> {
    const before = this.#random.whole(0, 5);
    for (let i = 0; i < before; i++) this.#commit();
    const readers = Array.from({ length: 3 }, () => new Reader(this.#hub, this.#random, () => this.#delay()));
    // Half of the worlds lose offers; those end with one that arrives, or with a look at the head of the inbox.
    const isLossy = this.#random.chance(0.5);
    const events = this.#random.whole(1, 12);
    for (let i = 0; i < events; i++) {
      await this.#delay();
      // Requests that arrive together share a commit.
      const committed = Array.from({ length: this.#random.whole(1, 3) }, () => this.#commit());
      void this.#announce(committed, isLossy ? 0.3 : 0);
      for (const reader of readers) if (this.#random.chance(0.1)) reader.breakOff();
      if (this.#random.chance(0.1)) void this.#tellHead();
    }
    await this.#quiet();
    if (isLossy && this.#random.chance(0.5)) void this.#announce([this.#commit()], 0);
    else if (isLossy) void this.#tellHead();
    await this.#quiet();
    await this.#hub.drain(0);
    return readers.flatMap((reader, i) =>
      reader.faults(this.#log.length).map((fault) => `reader ${i}: ${fault}`),
    );
  }

  #commit(): InboxEvent {
    const seq = this.#log.length + 1;
    const event = { userId: user, seq, type: 'notification' as const, data: JSON.stringify({ seq }) };
    this.#log.push(event);
    return event;
  }

  async #announce(events: readonly InboxEvent[], lossRate: number): Promise<void> {
    const announcement: Announcement = { events, committedAt: 0 };
    const isLost = this.#random.chance(lossRate);
    const isRepeated = this.#random.chance(0.3);
    if (!isLost) {
      await this.#delay();
      this.#hub.offer(announcement);
    }
    if (!isLost && isRepeated) {
      await this.#delay();
      this.#hub.offer(announcement);
    }
  }

  /** The head may be an old one when it arrives. */
  async #tellHead(): Promise<void> {
    const heads = new Map([[user, this.#log.length]]);
    await this.#delay();
    this.#hub.offerHeads(heads);
  }

  /** The state that is read is of any moment between asking and answering. */
  async #read(_user: string, after: number | undefined, limit: number): Promise<LogPage> {
    if (this.#random.chance(0.5)) await this.#delay();
    const events = after === undefined ? [] : this.#log.slice(after, after + Math.min(limit, 3));
    const page = { inbox: { seq: this.#log.length, floor: 0, counts: noCounts }, events };
    await this.#delay();
    return page;
  }

  /** A while: some turns of the microtask queue, or of the event loop, or nothing at all. */
  async #delay(): Promise<void> {
    this.#pending++;
    if (this.#random.chance(0.2)) await new Promise((resolve) => setImmediate(resolve));
    const turns = this.#random.whole(0, 12);
    for (let i = 0; i < turns; i++) await Promise.resolve();
    this.#pending--;
  }

  async #quiet(): Promise<void> {
    for (let still = 0; still < 8;) {
      await new Promise((resolve) => setImmediate(resolve));
      still = this.#pending === 0 ? still + 1 : 0;
    }
  }
}

/** A client that keeps what it saw, and resumes from there when its connection breaks. */
class Reader {
  readonly #hub: Hub;
  readonly #random: Random;
  readonly #delay: () => Promise<void>;
  readonly #seen: number[] = [];
  readonly #faults: string[] = [];
  /** The number before the first event that it must see: where it began. */
  #start: number | undefined;
  #lastEventId: string | undefined;
  #stream: Stream;

  constructor(hub: Hub, random: Random, delay: () => Promise<void>) {
    this.#hub = hub;
    this.#random = random;
    this.#delay = delay;
    if (random.chance(0.7)) {
      this.#start = 0;
      this.#lastEventId = `${epoch}.0`;
    }
    this.#stream = this.#connect();
  }

  breakOff(): void {
    this.#stream.gone();
    this.#stream = this.#connect();
  }

  faults(head: number): string[] {
    const start = this.#start ?? head;
    const expected = Array.from({ length: head - start }, (_, i) => start + i + 1).join(' ');
    const seen = this.#seen.join(' ');
    return seen === expected ? this.#faults : [...this.#faults, `saw “${seen}” and not “${expected}”`];
  }

  #connect(): Stream {
    const socket = new FaultySocket(this.#random, this.#delay, {
      hear: (text) => this.#hear(text),
      drained: () => stream.drained(),
      broken: () => this.breakOff(),
      fault: (fault) => this.#faults.push(fault),
    });
    const stream = this.#hub.open(user, socket, positionOf(this.#lastEventId, epoch), {
      issuedAt: 0,
      endsInMs: Infinity,
    });
    return stream;
  }

  #hear(text: string): void {
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        const { seq, to } = JSON.parse(data) as { seq?: number; to?: number };
        if (event === 'reset') this.#faults.push('was reset');
        if (event === 'sync') this.#start ??= to;
        if (event === 'notification' && seq !== undefined) this.#seen.push(seq);
        this.#lastEventId = id ?? this.#lastEventId;
      },
    });
    parser.feed(text);
  }
}

interface Client {
  hear(text: string): void;
  drained(): void;
  broken(): void;
  fault(fault: string): void;
}

/** A socket that is full now and then, and that loses the end of what it was given when it breaks. */
class FaultySocket implements Sink {
  readonly bufferedBytes = 0;
  readonly #random: Random;
  readonly #delay: () => Promise<void>;
  readonly #client: Client;
  #state: 'open' | 'full' | 'closed' = 'open';

  constructor(random: Random, delay: () => Promise<void>, client: Client) {
    this.#random = random;
    this.#delay = delay;
    this.#client = client;
  }

  write(bytes: Buffer): boolean {
    if (this.#state !== 'open') {
      this.#client.fault(`written while ${this.#state}`);
      return false;
    }
    const breaks = this.#random.chance(0.05);
    const text = bytes.toString();
    this.#client.hear(breaks ? text.slice(0, this.#random.whole(0, text.length)) : text);
    if (!breaks && this.#random.chance(0.8)) return true;
    this.#state = 'full';
    void this.#delay().then(() => {
      if (this.#state === 'closed') return;
      if (breaks) {
        this.#client.broken();
      } else {
        this.#state = 'open';
        this.#client.drained();
      }
    });
    return false;
  }

  end(): void {
    this.#state = 'closed';
  }
}
