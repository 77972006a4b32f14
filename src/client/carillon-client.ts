import type { Counts, Notification, NotificationAction } from '../domain/notification.ts';
import type { Client, ClientEvents, ConnectionState, ConnectOptions, Frame, Verified } from './client.ts';
import { readByEventSource } from './connection.ts';
import { Emitter } from './emitter.ts';
import { isLogged } from './frame.ts';
import type { EventSourceClass } from './event-source.ts';
import { readByFetch } from './fetch-connection.ts';
import { Group, type Situation } from './group.ts';
import { mark, withAction } from './items.ts';
import { isSignedOut, Link } from './link.ts';
import { List } from './list.ts';
import { distance } from './numbers.ts';
import { followPage, visible } from './page-life.ts';
import { Receiver } from './receiver.ts';
import { RequestError } from './request-error.ts';
import { type Answer, Requests } from './requests.ts';

/** For how long an answer to "who is signed in?" holds. */
const freshMs = 5_000;

export class CarillonClient implements Client {
  state: ConnectionState = { status: 'connecting' };
  readonly verified: Verified & { events: number; holes: number; repeats: number };
  readonly list: List;
  readonly #options: ConnectOptions;
  readonly #emitter = new Emitter();
  readonly #requests: Requests;
  readonly #receiver: Receiver;
  readonly #link: Link;
  readonly #sharing: 'group' | 'visible' | 'none';
  /** Whether Carillon is asked who is signed in before each connection: an EventSource says nothing about a refusal. */
  readonly #asks: boolean;
  readonly #unfollow: () => void;
  #user: string | undefined;
  #group: Group | undefined;
  /** When Carillon has last said who is signed in. */
  #askedAt = 0;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#user = options.user;
    this.#sharing = sharingOf(options);
    const EventSource = eventSourceFor(options);
    this.#requests = new Requests(options);
    this.#asks = this.#requests.canAsk && (EventSource !== undefined || this.#sharing === 'group');
    this.verified = { events: 0, holes: 0, repeats: 0 };
    this.list = new List({
      pageSize: options.pageSize ?? 20,
      changed: () => this.#emitter.emit('list', this.list),
      fetch: (...asked) => this.#fetchPage(...asked),
    });
    this.#receiver = new Receiver(this.#emitter, this.list);
    this.#link = new Link({
      connection: EventSource === undefined ? readByFetch : readByEventSource(EventSource),
      ready: (signal) => this.#ready(signal),
      request: () => this.#requests.stream(this.#receiver.cursor),
      take: (frame) => this.#take(frame),
      changed: (state) => this.#linkChanged(state),
    });
    this.#unfollow = followPage({
      wake: () => this.#wake(),
      distrust: () => {
        if (this.#group?.isLeading !== false) this.#link.distrust();
      },
      suspend: () => this.#suspend(),
      resume: () => {
        if (this.state.status !== 'signedOut') this.#link.start();
      },
      hide: () => {
        if (this.#sharing === 'visible') this.#link.restart();
      },
    });
    // Not before whoever called has added listeners.
    queueMicrotask(() => this.reconnect());
  }

  get counts(): Counts | undefined {
    return this.#receiver.counts;
  }

  on<T extends keyof ClientEvents>(type: T, listener: (event: ClientEvents[T]) => void): () => void {
    return this.#emitter.on(type, listener);
  }

  read(id: string): Promise<Notification> {
    return this.#act(id, 'read');
  }

  unread(id: string): Promise<Notification> {
    return this.#act(id, 'unread');
  }

  archive(id: string): Promise<Notification> {
    return this.#act(id, 'archive');
  }

  unarchive(id: string): Promise<Notification> {
    return this.#act(id, 'unarchive');
  }

  readAll(upTo?: string): Promise<void> {
    return this.#mark('read', upTo);
  }

  seen(upTo?: string): Promise<void> {
    return this.#mark('seen', upTo);
  }

  reconnect(): void {
    if (this.state.status === 'closed') return;
    if (this.state.status === 'signedOut') this.#setState({ status: 'connecting' });
    this.#askAgain();
    this.#link.start();
  }

  close(): void {
    if (this.state.status === 'closed') return;
    this.#unfollow();
    this.#link.stop();
    this.#leave();
    this.#setState({ status: 'closed' });
  }

  /** Waits until this tab has to hold a connection; for ever, where the next round is the one that has to. */
  async #ready(signal: AbortSignal): Promise<void> {
    if (this.#sharing === 'visible') await visible();
    if (Date.now() - this.#askedAt > freshMs) {
      const asked = this.#asks ? await this.#requests.counts() : undefined;
      if (signal.aborted) return;
      this.#askedAt = Date.now();
      this.#meet(asked?.user ?? this.#options.user, asked?.value);
    }
    if (this.#group?.needsConnection === false) await new Promise(() => undefined);
  }

  /** Takes who is signed in, and that user's counts. */
  #meet(user: string | undefined, counts: Counts | undefined): void {
    if (this.#user !== undefined && user !== this.#user) {
      this.#leave();
      this.#receiver.forget();
    }
    this.#user = user;
    if (this.#sharing === 'group' && user !== undefined) this.#group ??= this.#join(user);
    if (counts !== undefined && this.counts === undefined) this.#receiver.count(counts);
  }

  async #fetchPage(...asked: Parameters<Requests['list']>): ReturnType<Requests['list']> {
    const answer = await this.#requests.list(...asked);
    if (this.#isOther(answer)) {
      this.#askAgain();
      throw new RequestError('Another user is signed in.');
    }
    return answer;
  }

  /** Whether somebody has signed in as another user, perhaps in another tab. */
  #isOther({ user }: Answer<unknown>): boolean {
    return this.#user !== undefined && user !== undefined && user !== this.#user;
  }

  /** Takes a frame of this tab's own connection. @returns whether something before it is missing. */
  #take(frame: Frame): boolean {
    const verdict = this.#receiver.take(frame);
    if (verdict === 'hole') this.verified.holes++;
    else if (verdict !== 'repeat') this.verified.events += Number(isLogged(frame.event));
    // What this tab had missed it may hear from the leader as well.
    else if (this.#group?.isLeading !== false) this.verified.repeats++;
    if (verdict !== 'hole') this.#group?.pass(frame);
    return verdict === 'hole';
  }

  #linkChanged(state: ConnectionState): void {
    if (state.status === 'signedOut') this.#leave();
    if (this.#group?.isLeading !== false) this.#setState(state);
  }

  #join(user: string): Group {
    return new Group(`carillon ${this.#options.url} ${user}`, {
      situation: () => ({ state: this.state, cursor: this.#receiver.cursor, counts: this.counts }),
      take: (frame) => this.#receiver.take(frame) === 'hole',
      follow: (situation) => this.#follow(situation),
      changed: () => this.#link.restart(),
      limitMs: () => this.#link.limitMs,
    });
  }

  /** Takes how things are, as the leader says. @returns whether it has something that is missing here. */
  #follow({ state, cursor, counts }: Situation): boolean {
    this.#setState(state);
    if (cursor === undefined || counts === undefined) return false;
    const own = this.#receiver.cursor;
    if (own === undefined) this.#receiver.begin(cursor, counts);
    // In another epoch there is something to hear in any case.
    return own !== undefined && !(distance(own, cursor) <= 0);
  }

  #leave(): void {
    this.#group?.leave();
    this.#group = undefined;
  }

  #wake(): void {
    this.#link.wake();
    this.#group?.hello();
    if (this.#asks && this.#user !== undefined && this.state.status === 'live') void this.#checkUser();
  }

  /** Somebody may have signed out, or in as another user, while this page was not looked at. */
  async #checkUser(): Promise<void> {
    try {
      if (this.#isOther(await this.#requests.counts())) this.#askAgain();
    } catch (error) {
      if (isSignedOut(error)) this.#askAgain();
    }
  }

  #askAgain(): void {
    this.#askedAt = 0;
    this.#link.restart();
  }

  #suspend(): void {
    this.#link.stop();
    this.#leave();
  }

  #setState(state: ConnectionState): void {
    const { state: old } = this;
    if (JSON.stringify(state) === JSON.stringify(old)) return;
    this.state = state;
    this.#emitter.emit('state', state);
    this.#group?.tell();
  }

  #act(id: string, action: NotificationAction): Promise<Notification> {
    const now = new Date().toISOString();
    return this.list.during((items) => withAction(items, id, action, now), this.#requests.act(id, action));
  }

  async #mark(as: 'read' | 'seen', upTo = this.list.cursor ?? this.#receiver.cursor): Promise<void> {
    if (upTo === undefined) return;
    const now = new Date().toISOString();
    await this.list.during((items) => mark(items, { upTo }, as, now) ?? items, this.#requests.mark(as, upTo));
  }
}

function sharingOf({ shareConnection, ...options }: ConnectOptions): 'group' | 'visible' | 'none' {
  const isPage = typeof document !== 'undefined';
  if (!(shareConnection ?? isPage)) return 'none';
  const isKnown =
    options.user !== undefined || options.getTicket === undefined || options.token !== undefined;
  if (!isKnown) return 'none';
  // Both are missing where a page came by plain http, except from the machine itself.
  const { locks } = globalThis.navigator as { locks?: LockManager };
  if (locks !== undefined && typeof BroadcastChannel !== 'undefined') return 'group';
  return isPage ? 'visible' : 'none';
}

/** @returns undefined where the stream is to be read with `fetch`. */
function eventSourceFor({ EventSource, token, getTicket }: ConnectOptions): EventSourceClass | undefined {
  if (EventSource !== undefined) return EventSource;
  const needsHeader = token !== undefined && getTicket === undefined;
  const { EventSource: native } = globalThis as { EventSource?: EventSourceClass };
  return needsHeader ? undefined : native;
}
