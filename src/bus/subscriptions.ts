import type { OnMessage, RedisClients } from './redis-clients.ts';

/** Most channels that one command names. */
const channelsAtOnce = 1_000;

/** The channels that this process listens to, whichever connection to Redis it has at the moment. */
export class Subscriptions {
  readonly #onMessage: OnMessage;
  readonly #onSubscribed: (channels: readonly string[]) => void;
  readonly #wanted = new Set<string>();
  /** Channels that Redis has to be told about: a channel that changed twice is as it was. */
  readonly #changed = new Set<string>();
  #clients: RedisClients | undefined;
  #broke: (error: Error) => void = () => undefined;

  /** @param onSubscribed is told that messages on added channels arrive from now on. */
  constructor(onMessage: OnMessage, onSubscribed: (channels: readonly string[]) => void) {
    this.#onMessage = onMessage;
    this.#onSubscribed = onSubscribed;
  }

  add(channel: string): void {
    this.#wanted.add(channel);
    this.#change(channel);
  }

  remove(channel: string): void {
    this.#wanted.delete(channel);
    this.#change(channel);
  }

  /**
   * Subscribes to all channels on new connections, which changes go to from now on.
   * @param broke is told what Redis refuses later.
   */
  async attach(clients: RedisClients, broke: (error: Error) => void): Promise<void> {
    this.#clients = clients;
    this.#broke = broke;
    this.#changed.clear();
    await Promise.all(inParts([...this.#wanted]).map((part) => clients.subscribe(part, this.#onMessage)));
  }

  /** The connections have broken. */
  detach(): void {
    this.#clients = undefined;
  }

  #change(channel: string): void {
    if (this.#clients === undefined) return; // The next connections begin with everything.
    if (this.#changed.delete(channel)) return;
    // What changes within one turn of the event loop is told together.
    if (this.#changed.size === 0) setImmediate(() => this.#tell());
    this.#changed.add(channel);
  }

  #tell(): void {
    const [clients, broke, changed] = [this.#clients, this.#broke, [...this.#changed]];
    this.#changed.clear();
    if (clients === undefined) return;
    for (const part of inParts(changed.filter((channel) => this.#wanted.has(channel)))) {
      clients.subscribe(part, this.#onMessage).then(() => this.#onSubscribed(part), broke);
    }
    for (const part of inParts(changed.filter((channel) => !this.#wanted.has(channel)))) {
      clients.unsubscribe(part).catch(broke);
    }
  }
}

function inParts(channels: readonly string[]): readonly string[][] {
  const parts: string[][] = [];
  for (let i = 0; i < channels.length; i += channelsAtOnce) parts.push(channels.slice(i, i + channelsAtOnce));
  return parts;
}
