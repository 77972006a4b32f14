import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Canary } from './canary.ts';
import type { Line } from './line.ts';
import { encodeMessage, type Message, parseMessage } from './message.ts';
import { openLine } from './open-line.ts';
import { Subscriptions } from './subscriptions.ts';

/** Hears of what the connection does. */
export interface ConnectionObserver {
  published(): void;
  /** A message will not be heard, because Redis is away or too slow to take it. */
  dropped(): void;
  /** From this process to Redis and back. */
  roundTrip(seconds: number): void;
}

export interface ConnectionParts {
  readonly url: string;
  /** Names this process; without spaces. */
  readonly self: string;
  /** What the names of the channels begin with that this process alone listens to. */
  readonly canaryPrefix: string;
  readonly log: Logger;
  readonly observer: ConnectionObserver;
  /** Another process has said something. */
  readonly onMessage: (message: Message) => void;
  /** From now on messages on these channels are heard, which were added. */
  readonly onSubscribed: (channels: readonly string[]) => void;
  /** From now on messages on all channels are heard, for the first time or again. */
  readonly onHeard: () => void;
  /** Redis is there, and has not carried something that was published before. */
  readonly onDropped: () => void;
}

/** Most messages that are on their way to Redis at once; what comes on top is dropped. */
const maxOnTheWay = 10_000;
/** How long Redis may take to answer. */
const patienceMs = 250;
const canaryMs = 1_000;
/** How long messages on their way may take when the connection is closed. */
const closeMs = 500;
/** Pauses between two attempts to connect: the first, and the longest. */
const firstPauseMs = 50;
const maxPauseMs = 2_000;

/** A line that works, as far as is known. */
interface Open {
  readonly line: Line;
  readonly canary: Canary;
  /** On which the canary sings, one for each server. */
  readonly canaryChannels: readonly string[];
}

/**
 * The way to Redis for as long as the process runs. It connects anew whenever that breaks, or when nothing is heard any
 * more although it seems to work. Nothing here waits for Redis for long, and nothing is kept for later.
 */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #subscriptions: Subscriptions;
  readonly #onTheWay = new Set<Promise<void>>();
  #open: Open | undefined;
  readonly #stop = new AbortController();
  #isHeard = false;
  #hasDropped = false;
  /** Whether it was said that Redis is away. */
  #isMissed = false;
  #pauseMs = firstPauseMs;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#subscriptions = new Subscriptions(parts.onSubscribed);
    void this.#run();
  }

  /** Whether what is said on all channels is heard, as far as can be known. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  /** Says something on a channel, if Redis is there and takes it. */
  publish(channel: string, message: Message): void {
    const { self, observer } = this.#parts;
    const drop = () => {
      this.#hasDropped = true;
      observer.dropped();
    };
    if (this.#open === undefined || this.#onTheWay.size >= maxOnTheWay) {
      drop();
      return;
    }
    const published = this.#open.line
      .publish(channel, encodeMessage(self, message))
      .then(() => observer.published(), drop);
    this.#onTheWay.add(published);
    void published.then(() => this.#onTheWay.delete(published));
  }

  subscribe(channel: string): void {
    this.#subscriptions.add(channel);
  }

  unsubscribe(channel: string): void {
    this.#subscriptions.remove(channel);
  }

  /**
   * Sends a command that concerns `key` and nothing else. When no answer has come within 250 ms, Redis is not asked
   * again before it was heard again.
   * @throws Error when there is no answer
   */
  async ask(key: string, command: readonly string[]): Promise<unknown> {
    const open = this.#open;
    if (open === undefined || !this.#isHeard || !open.canary.isTrusted) throw new Error('Redis is away.');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        open.canary.doubt();
        reject(new Error(`Redis did not answer within ${patienceMs} ms.`));
      }, patienceMs);
    });
    try {
      return await Promise.race([open.line.ask(key, command), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets the messages on their way go out, but does not wait for long. */
  async close(): Promise<void> {
    await Promise.race([Promise.all(this.#onTheWay), sleep(closeMs, undefined, { ref: false })]);
    this.#stop.abort();
    this.#end();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      const error = await this.#connect();
      if (signal.aborted) return;
      this.#miss(error);
      // Processes that were cut off together shall not all come back together.
      await sleep(this.#pauseMs * (0.5 + Math.random()), undefined, { ref: false });
      this.#pauseMs = Math.min(2 * this.#pauseMs, maxPauseMs);
    }
  }

  /** Connects, and stays connected until that breaks. @returns why it did. */
  async #connect(): Promise<Error> {
    const { promise: broken, resolve: broke } = Promise.withResolvers<Error>();
    let singing: NodeJS.Timeout | undefined;
    try {
      const line = await openLine(this.#parts.url, { message: (text) => this.#hear(text), broken: broke });
      const canaryChannels = line.channelPerServer(this.#parts.canaryPrefix);
      const canary = new Canary(canaryChannels.length);
      this.#open = { line, canary, canaryChannels };
      this.#stop.signal.throwIfAborted();
      singing = setInterval(() => {
        if (canary.isDeaf) broke(new Error('Redis is connected, but nothing is heard.'));
        else this.#sing();
      }, canaryMs).unref();
      const subscribed = Promise.all([
        this.#subscriptions.attach(line, broke),
        line.subscribe(canaryChannels),
      ]);
      await Promise.race([subscribed, broken.then((error) => Promise.reject(error))]);
      // Its coming back is what shows that everything else is heard as well.
      canary.begin();
      this.#sing();
      return await broken;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      clearInterval(singing);
      this.#end();
    }
  }

  #sing(): void {
    const { canary, canaryChannels } = this.#open ?? {};
    const songs = canary?.sing() ?? [];
    canaryChannels?.forEach((channel, i) => {
      const song = songs[i];
      if (song !== undefined) this.publish(channel, song);
    });
  }

  #hear(text: string): void {
    const { self, observer, onMessage } = this.#parts;
    const message = parseMessage(self, text);
    if (message === undefined) return;
    if (message.type !== 'canary') {
      onMessage(message);
      return;
    }
    const canary = this.#open?.canary;
    const seconds = canary?.hear(message);
    if (seconds !== undefined) observer.roundTrip(seconds);
    if (!this.#isHeard && canary?.hasBegun === true) this.#find();
    if (this.#isHeard && this.#hasDropped) {
      this.#hasDropped = false;
      this.#parts.onDropped();
    }
  }

  #find(): void {
    const { log, onHeard } = this.#parts;
    this.#isHeard = true;
    this.#isMissed = false;
    this.#pauseMs = firstPauseMs;
    log.info('the bus is heard');
    onHeard();
  }

  #miss(error: Error): void {
    if (this.#isMissed) return;
    this.#isMissed = true;
    this.#parts.log.warn(
      { why: error.message },
      'the bus is away: what other processes commit is found by looking for it every second, until it is back',
    );
  }

  #end(): void {
    this.#isHeard = false;
    this.#subscriptions.detach();
    this.#open?.line.close();
    this.#open = undefined;
  }
}
