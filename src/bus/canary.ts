import type { Message } from './message.ts';

type Song = Extract<Message, { type: 'canary' }>;

/** Longest time without hearing a server before the line counts as deaf. */
const deafAfterMs = 3_000;

/**
 * What a process says to itself through each server that it hears messages from. Only a message that comes back shows
 * that messages come: a connection can look healthy and hear nothing.
 */
export class Canary {
  readonly #servers: { heardAt: number; heard: number }[];
  /** Number and time of the newest song, in milliseconds of `performance.now()`. */
  #number = 0;
  #sungAt = 0;
  /** A song that was sung before this one shows nothing of what holds now. */
  #beginsWith = Infinity;
  #trustedFrom = 0;

  /** @param servers how many there are. */
  constructor(servers: number) {
    this.#servers = Array.from({ length: servers }, () => ({ heardAt: performance.now(), heard: 0 }));
  }

  /** The next songs, one for each server. */
  sing(): readonly Song[] {
    this.#number++;
    this.#sungAt = performance.now();
    return this.#servers.map((_, server) => ({ type: 'canary', server, number: this.#number }));
  }

  /** @returns how many seconds the newest song took; undefined for an older one. */
  hear({ server, number }: Song): number | undefined {
    const now = performance.now();
    const heard = this.#servers[server];
    if (heard === undefined) return undefined;
    heard.heardAt = now;
    heard.heard = number;
    return number === this.#number ? (now - this.#sungAt) / 1000 : undefined;
  }

  /** Every channel is subscribed to: what is sung and heard from now on shows that everything is heard. */
  begin(): void {
    this.#beginsWith = this.#number + 1;
  }

  /** Whether every server was heard since the beginning. */
  get hasBegun(): boolean {
    return this.#servers.every(({ heard }) => heard >= this.#beginsWith);
  }

  get isDeaf(): boolean {
    const since = performance.now() - deafAfterMs;
    return this.#servers.some(({ heardAt }) => heardAt < since);
  }

  /** Whether Redis is worth asking: nothing was heard of a doubt, or a song that is younger than the doubt. */
  get isTrusted(): boolean {
    return this.#servers.every(({ heard }) => heard >= this.#trustedFrom);
  }

  /** Redis did not answer. */
  doubt(): void {
    this.#trustedFrom = this.#number + 1;
  }
}
