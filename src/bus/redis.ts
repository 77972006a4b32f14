import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { type Announcement, type Bus, type BusListener, byUser } from '../domain/bus.ts';
import type { Revocation } from '../domain/revocation.ts';
import { encodeMessage, eventsMessage, type Message, parseMessage } from './message.ts';
import type { BusParts } from './parts.ts';
import { RedisPubSub } from './redis-pub-sub.ts';

type RedisBusParts = Pick<BusParts, 'epoch' | 'listener' | 'observer' | 'log' | 'now'> & {
  readonly url: string;
};

/** How far the clocks of two processes may differ. */
const maxAheadMs = 60_000;

/**
 * The bus between processes. Each process subscribes to the users whose streams it holds and to no others. A message
 * takes the events along, so that the processes which get it need not read them.
 */
export class RedisBus implements Bus {
  /** Names this process; without spaces. */
  readonly #self = randomBytes(9).toString('base64url');
  readonly #listener: BusListener;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #pubSub: RedisPubSub;
  /** What the channel of a user begins with. Subscriptions know no database numbers, so the epoch keeps stores apart. */
  readonly #userPrefix: string;
  readonly #allChannel: string;

  constructor({ url, epoch, listener, observer, log, now }: RedisBusParts) {
    this.#listener = listener;
    this.#log = log;
    this.#now = now;
    this.#userPrefix = `carillon:${epoch}:user:`;
    this.#allChannel = `carillon:${epoch}:all`;
    this.#pubSub = new RedisPubSub({
      url,
      pingPrefix: `carillon:${epoch}:ping:${this.#self}`,
      log,
      observer,
      onMessage: (text) => this.#hear(parseMessage(this.#self, text)),
      onSubscribed: (channels) => listener.missed(this.#usersOf(channels)),
      onHeard: () => listener.missed(),
      // A process that gets only our messages has noticed nothing.
      onDropped: () => this.#publish(this.#allChannel, { type: 'dropped' }),
    });
    this.#pubSub.subscribe(this.#allChannel);
  }

  get isHeard(): boolean {
    return this.#pubSub.isHeard;
  }

  announce(announcement: Announcement): void {
    this.#listener.offer(announcement);
    for (const [userId, events] of byUser(announcement.events)) {
      this.#publish(this.#userPrefix + userId, eventsMessage(userId, events, announcement.causes));
    }
  }

  announceRevocation(revocation: Revocation): void {
    this.#listener.learn(revocation);
    this.#publish(this.#allChannel, { type: 'revocation', ...revocation });
  }

  follow(userId: string): void {
    this.#pubSub.subscribe(this.#userPrefix + userId);
  }

  unfollow(userId: string): void {
    this.#pubSub.unsubscribe(this.#userPrefix + userId);
  }

  close(): Promise<void> {
    return this.#pubSub.close();
  }

  #publish(channel: string, message: Message): void {
    this.#pubSub.publish(channel, encodeMessage(this.#self, message));
  }

  #hear(message: Message | undefined): void {
    switch (message?.type) {
      case 'events': {
        const { userId, causes } = message;
        const events = message.events.map((event) => ({ userId, ...event }));
        this.#listener.offer({ events, committedAt: undefined, ...(causes && { causes }) });
        break;
      }
      case 'revocation':
        this.#learn({ userId: message.userId, revokedAt: message.revokedAt });
        break;
      case 'dropped':
        this.#listener.missed();
        break;
      case undefined:
        break; // This process has said it itself, or it is no message of ours.
    }
  }

  /** A forged revocation from the future would refuse tokens that are not even issued yet. */
  #learn(revocation: Revocation): void {
    if (revocation.revokedAt > this.#now() + maxAheadMs) {
      this.#log.warn(revocation, 'a revocation from the future was refused: only the store may tell of it');
      return;
    }
    this.#listener.learn(revocation);
  }

  #usersOf(channels: readonly string[]): readonly string[] {
    const { length } = this.#userPrefix;
    return channels.filter((name) => name.startsWith(this.#userPrefix)).map((name) => name.slice(length));
  }
}
