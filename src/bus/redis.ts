import { randomBytes } from 'node:crypto';
import type { Announcement, Bus, BusListener } from '../domain/bus.ts';
import type { InboxEvent } from '../domain/inbox.ts';
import type { Revocation } from '../domain/revocation.ts';
import { Connection } from './connection.ts';
import { eventsMessage, type Message } from './message.ts';
import type { BusParts } from './open.ts';

type RedisBusParts = Pick<BusParts, 'epoch' | 'listener' | 'observer' | 'log'> & { readonly url: string };

/**
 * The bus between processes. Each subscribes to the users whose streams it holds and to no others, and a message takes
 * the events along, so that whoever hears it need not read them.
 */
export class RedisBus implements Bus {
  readonly #listener: BusListener;
  readonly #connection: Connection;
  /** What the channel of a user begins with. Subscriptions know no database numbers, so the epoch keeps stores apart. */
  readonly #userPrefix: string;
  readonly #allChannel: string;

  constructor({ url, epoch, listener, observer, log }: RedisBusParts) {
    const self = randomBytes(9).toString('base64url');
    this.#listener = listener;
    this.#userPrefix = `carillon:${epoch}:user:`;
    this.#allChannel = `carillon:${epoch}:all`;
    this.#connection = new Connection({
      url,
      self,
      canaryPrefix: `carillon:${epoch}:canary:${self}`,
      log,
      observer,
      onMessage: (message) => this.#hear(message),
      onSubscribed: (channels) => listener.missed(this.#usersOf(channels)),
      onHeard: () => listener.missed(),
      // Who hears only us has noticed nothing.
      onDropped: () => this.#connection.publish(this.#allChannel, { type: 'dropped' }),
    });
    this.#connection.subscribe(this.#allChannel);
  }

  get isHeard(): boolean {
    return this.#connection.isHeard;
  }

  announce(announcement: Announcement): void {
    this.#listener.offer(announcement);
    for (const [userId, events] of byUser(announcement.events)) {
      this.#connection.publish(this.#userPrefix + userId, eventsMessage(userId, events));
    }
  }

  announceRevocation(revocation: Revocation): void {
    this.#listener.learn(revocation);
    this.#connection.publish(this.#allChannel, { type: 'revocation', ...revocation });
  }

  follow(userId: string): void {
    this.#connection.subscribe(this.#userPrefix + userId);
  }

  unfollow(userId: string): void {
    this.#connection.unsubscribe(this.#userPrefix + userId);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #hear(message: Message): void {
    switch (message.type) {
      case 'events': {
        const { userId } = message;
        const events = message.events.map((event) => ({ userId, ...event }));
        this.#listener.offer({ events, committedAt: undefined });
        break;
      }
      case 'revocation':
        this.#listener.learn({ userId: message.userId, revokedAt: message.revokedAt });
        break;
      case 'dropped':
        this.#listener.missed();
        break;
      case 'canary':
        break; // The connection's own.
    }
  }

  #usersOf(channels: readonly string[]): readonly string[] {
    const { length } = this.#userPrefix;
    return channels.filter((name) => name.startsWith(this.#userPrefix)).map((name) => name.slice(length));
  }
}

function byUser(events: readonly InboxEvent[]): ReadonlyMap<string, readonly InboxEvent[]> {
  const users = new Map<string, InboxEvent[]>();
  for (const event of events) {
    const known = users.get(event.userId);
    if (known === undefined) users.set(event.userId, [event]);
    else known.push(event);
  }
  return users;
}
