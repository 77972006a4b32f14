import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { openRedisClients, type RedisClients } from './redis-clients.ts';
import { Subscriptions } from './subscriptions.ts';

/** Told what happens to messages; for the metrics. */
export interface PubSubObserver {
  published(): void;
  /** Nobody will get this message, because Redis is away or too slow to take it. */
  dropped(): void;
  /** How long a ping took from this process to Redis and back. */
  roundTrip(seconds: number): void;
}

export interface PubSubParts {
  readonly url: string;
  /** What the names of the channels begin with that only this process listens to. */
  readonly pingPrefix: string;
  readonly log: Logger;
  readonly observer: PubSubObserver;
  readonly onMessage: (text: string) => void;
  /** Messages on these channels, which were added, arrive from now on. */
  readonly onSubscribed: (channels: readonly string[]) => void;
  /** Messages on all channels arrive from now on, for the first time or again. */
  readonly onHeard: () => void;
  /** Redis is there, and something that was published before was dropped. */
  readonly onDropped: () => void;
}

/** Most messages that wait for an answer of Redis at once; any more are dropped. */
const maxOnTheWay = 10_000;
const pingMs = 1_000;
/** A ping that has not come back by then means that the connection is dead, although it looks healthy. */
const maxSilentPeriods = 3;
/** Between two attempts to connect, give or take half: processes that were cut off together come back apart. */
const pauseMs = 500;
/** How long messages on their way may take when the process ends. */
const closeMs = 500;

/**
 * Publishes and subscribes by way of Redis for as long as the process runs. Each second it pings itself through every
 * server: only a message that comes back shows that messages arrive. Connections that break, or that have gone silent,
 * are replaced. Nothing here waits for Redis for long, and nothing is kept for later.
 */
export class RedisPubSub {
  readonly #parts: PubSubParts;
  readonly #subscriptions: Subscriptions;
  readonly #onTheWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #clients: RedisClients | undefined;
  /** The newest ping, and the channels on which it has not come back yet. */
  #ping = { number: 0, sentAt: 0, silentPeriods: 0, missing: new Set<string>() };
  #isHeard = false;
  #hasDropped = false;
  #hasWarned = false;

  constructor(parts: PubSubParts) {
    this.#parts = parts;
    this.#subscriptions = new Subscriptions(parts.onMessage, parts.onSubscribed);
    void this.#run();
  }

  /** Whether messages on all channels arrive, as far as can be known. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  /** Publishes a message, if Redis is there and takes it. */
  publish(channel: string, text: string): void {
    const { observer } = this.#parts;
    const drop = () => {
      this.#hasDropped = true;
      observer.dropped();
    };
    if (this.#clients === undefined || this.#onTheWay.size >= maxOnTheWay) {
      drop();
      return;
    }
    const published = this.#clients.publish(channel, text).then(() => observer.published(), drop);
    this.#onTheWay.add(published);
    void published.then(() => this.#onTheWay.delete(published));
  }

  subscribe(channel: string): void {
    this.#subscriptions.add(channel);
  }

  unsubscribe(channel: string): void {
    this.#subscriptions.remove(channel);
  }

  /** Lets the messages on their way go out, but does not wait for long. */
  async close(): Promise<void> {
    await Promise.race([Promise.all(this.#onTheWay), sleep(closeMs, undefined, { ref: false })]);
    this.#stop.abort();
    this.#disconnect();
  }

  async #run(): Promise<void> {
    for (;;) {
      const why = await this.#connect();
      if (this.#stop.signal.aborted) return;
      this.#warn(why);
      await sleep(pauseMs * (0.5 + Math.random()), undefined, { ref: false });
    }
  }

  /** Connects, and stays connected until that breaks. @returns why it did */
  async #connect(): Promise<unknown> {
    const { promise: broken, resolve: broke } = Promise.withResolvers<Error>();
    let timer: NodeJS.Timeout | undefined;
    try {
      const clients = (this.#clients = await openRedisClients(this.#parts.url, broke));
      this.#stop.signal.throwIfAborted();
      const pingChannels = await clients.channelPerServer(this.#parts.pingPrefix);
      const subscribed = Promise.all([
        this.#subscriptions.attach(clients, broke),
        clients.subscribe(pingChannels, (text, channel) => this.#hearPing(channel, Number(text))),
      ]);
      await Promise.race([subscribed, broken.then((error) => Promise.reject(error))]);
      // A ping that is sent from now on shows, when it comes back, that everything else arrives as well.
      const ping = () => this.#sendPing(clients, pingChannels, broke);
      ping();
      timer = setInterval(() => {
        if (this.#ping.missing.size === 0) ping();
        else if (++this.#ping.silentPeriods >= maxSilentPeriods)
          broke(new Error('Redis is connected, but no message arrives.'));
      }, pingMs).unref();
      return await broken;
    } catch (error) {
      return error;
    } finally {
      clearInterval(timer);
      this.#disconnect();
    }
  }

  #disconnect(): void {
    this.#isHeard = false;
    this.#subscriptions.detach();
    this.#clients?.close();
    this.#clients = undefined;
  }

  #sendPing(clients: RedisClients, channels: readonly string[], broke: (error: Error) => void): void {
    const number = this.#ping.number + 1;
    this.#ping = { number, sentAt: performance.now(), silentPeriods: 0, missing: new Set(channels) };
    for (const channel of channels) clients.publish(channel, String(number)).catch(broke);
  }

  #hearPing(channel: string, number: number): void {
    const { log, observer, onHeard, onDropped } = this.#parts;
    // An older one was sent on a connection before this one: it shows nothing.
    if (number !== this.#ping.number || !this.#ping.missing.delete(channel)) return;
    if (this.#ping.missing.size > 0) return;
    observer.roundTrip((performance.now() - this.#ping.sentAt) / 1000);
    if (!this.#isHeard) {
      this.#isHeard = true;
      this.#hasWarned = false;
      log.info('the bus is heard');
      onHeard();
    }
    if (this.#hasDropped) {
      this.#hasDropped = false;
      onDropped();
    }
  }

  #warn(why: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#parts.log.warn(
      { why: why instanceof Error ? why.message : String(why) },
      'the bus is away: until it is back, this process asks the database every second for what others have committed',
    );
  }
}
