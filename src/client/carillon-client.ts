import type { Counts, Notification, NotificationAction } from '../domain/notification.ts';
import type { Client, ClientEvents, ConnectionState, ConnectOptions, Frame, Verified } from './client.ts';
import { readByEventSource } from './connection.ts';
import { Emitter } from './emitter.ts';
import type { EventSourceClass } from './event-source.ts';
import { readByFetch } from './fetch-connection.ts';
import { Group, type Situation } from './group.ts';
import { mark, withAction } from './items.ts';
import { Link } from './link.ts';
import { List } from './list.ts';
import { epochOf, seqOf } from './numbers.ts';
import { followPage, isHidden } from './page-life.ts';
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
  /** The furthest that the leader was heard to be, where this tab lags behind. */
  #head: string | undefined;
  #isSuspended = false;
  #shown: (() => void) | undefined;

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
      verified: this.verified,
      ready: (signal) => this.#ready(signal),
      request: () => this.#requests.stream(this.#receiver.cursor),
      cursor: () => this.#receiver.cursor,
      take: (frame) => this.#take(frame),
      changed: (state) => this.#linkChanged(state),
    });
    this.#unfollow = followPage({
      wake: () => this.#wake(),
      distrust: () => {
        if (this.#group?.isLeading !== false) this.#link.distrust();
      },
      suspend: () => this.#suspend(),
      resume: () => this.#resume(),
      hidden: () => {
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
    this.#link.restart();
    this.#link.start();
  }

  close(): void {
    if (this.state.status === 'closed') return;
    this.#unfollow();
    this.#link.stop();
    this.#leave();
    this.#setState({ status: 'closed' });
    this.#emitter.clear();
  }

  /** Waits until this tab has to hold a connection. */
  async #ready(signal: AbortSignal): Promise<void> {
    for (;;) {
      if (this.#sharing === 'visible' && isHidden())
        await new Promise<void>((resolve) => (this.#shown = resolve));
      const asked = this.#asks ? await this.#requests.counts() : undefined;
      const askedAt = Date.now();
      if (signal.aborted) return;
      this.#meet(asked?.user ?? this.#options.user, asked?.value);
      await this.#group?.admission();
      // It may have waited for days.
      if (Date.now() - askedAt < freshMs) return;
    }
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
      this.#link.restart();
      throw new RequestError('Another user is signed in.');
    }
    return answer;
  }

  /** Whether somebody has signed in as another user, perhaps in another tab. */
  #isOther({ user }: Answer<unknown>): boolean {
    return this.#user !== undefined && user !== undefined && user !== this.#user;
  }

  /** Takes a frame of this tab's own connection. */
  #take(frame: Frame): void {
    this.#receiver.take(frame);
    this.#group?.pass(frame);
    if (frame.event !== 'sync' && frame.event !== 'reset') this.#settle();
  }

  #linkChanged(state: ConnectionState): void {
    if (state.status === 'signedOut') this.#leave();
    const isFollowing = this.#group?.isLeading === false;
    if (!isFollowing) this.#setState(state);
    else if (state.status === 'live') this.#settle();
  }

  /** Ends this tab's own connection once nothing is missing any more, when another one leads. */
  #settle(): void {
    const group = this.#group;
    if (group?.isLagging !== true || group.isLeading || isAhead(this.#head, this.#receiver.cursor)) return;
    group.lag(false);
    this.#link.restart();
  }

  #join(user: string): Group {
    const name = `carillon ${this.#options.url} ${user}`;
    return new Group(name, {
      situation: () => ({ state: this.state, cursor: this.#receiver.cursor, counts: this.counts }),
      take: (frame) => {
        const isMissing = this.#receiver.take(frame) === 'hole';
        if (isMissing && frame.id !== undefined) this.#head = frame.id;
        return isMissing;
      },
      follow: (situation) => this.#follow(situation),
      leads: () => {
        if (this.#group?.isLagging === true) this.#link.restart();
      },
      deposed: () => this.#link.restart(),
      limitMs: () => this.#link.limitMs,
    });
  }

  /** Takes how things are, as the leader says. @returns whether it has something that is missing here. */
  #follow({ state, cursor, counts }: Situation): boolean {
    this.#setState(state);
    if (cursor === undefined || counts === undefined) return false;
    if (this.#receiver.cursor === undefined) this.#receiver.begin(cursor, counts);
    if (!isAhead(cursor, this.#receiver.cursor)) return false;
    this.#head = cursor;
    return true;
  }

  #leave(): void {
    this.#group?.leave();
    this.#group = undefined;
  }

  #wake(): void {
    this.#shown?.();
    this.#link.wake();
    this.#group?.hello();
    if (this.#asks && this.#user !== undefined && this.state.status === 'live') void this.#checkUser();
  }

  /** Somebody may have signed out, or in as another user, while this page was not looked at. */
  async #checkUser(): Promise<void> {
    try {
      if (this.#isOther(await this.#requests.counts())) this.#link.restart();
    } catch (error) {
      if (error instanceof RequestError && error.status === 401) this.#link.restart();
    }
  }

  #suspend(): void {
    this.#isSuspended = true;
    this.#link.stop();
    this.#leave();
  }

  #resume(): void {
    if (!this.#isSuspended) return;
    this.#isSuspended = false;
    if (this.state.status !== 'signedOut') this.#link.start();
  }

  #setState(state: ConnectionState): void {
    const { state: old } = this;
    if (JSON.stringify(state) === JSON.stringify(old)) return;
    this.state = state;
    this.#emitter.emit('state', state);
    this.#group?.tell();
  }

  async #act(id: string, action: NotificationAction): Promise<Notification> {
    const now = new Date().toISOString();
    const done = this.list.overlay((items) => withAction(items, id, action, now));
    try {
      const notification = await this.#requests.act(id, action);
      this.list.answered(notification);
      return notification;
    } finally {
      done();
    }
  }

  async #mark(as: 'read' | 'seen', upTo = this.list.cursor ?? this.#receiver.cursor): Promise<void> {
    if (upTo === undefined) return;
    const now = new Date().toISOString();
    const done = this.list.overlay((items) => mark(items, { upTo, as }, now) ?? items);
    try {
      await this.#requests.mark(as, upTo);
      this.list.marked(as, upTo);
    } finally {
      done();
    }
  }
}

function isAhead(cursor: string | undefined, of: string | undefined): boolean {
  if (cursor === undefined || of === undefined) return false;
  // In another epoch there is something to hear in any case, and then not.
  return epochOf(cursor) === epochOf(of) && seqOf(cursor) > seqOf(of);
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
