import type { Counts, NotificationAction } from '../domain/notification.ts';
import type { Client, ClientEvents, ConnectionState, ConnectOptions, Frame } from './client.ts';
import { connectionFor } from './connection.ts';
import { readByFetch } from './fetch-connection.ts';
import { isLogged } from './frame.ts';
import { type Group, joinGroup } from './group.ts';
import { acted, isUpTo } from './notification-state.ts';
import { createLink, isSignedOut } from './link.ts';
import { createList } from './list.ts';
import { distance } from './numbers.ts';
import { followPage, visible } from './page-life.ts';
import { createReceiver, type Emit } from './receiver.ts';
import { RequestError } from './request-error.ts';
import { type Answer, createRequests } from './requests.ts';
import { canAsk, sharingOf } from './sharing.ts';

/* What `carillon/client` exports. */

export type {
  Client,
  ClientEvents,
  ConnectionState,
  ConnectOptions,
  Counts,
  Frame,
  Notification,
  ResetReason,
  Verified,
} from './client.ts';
export type { ListFilter, ListStatus, NotificationList } from './notification-list.ts';
export { RequestError };

/** For how long an answer to "who is signed in?" holds. */
const freshMs = 5_000;

/** Connects to Carillon as whoever is signed in. Never throws: what is wrong shows in `state`. */
export function connect(options: ConnectOptions): Client {
  const { user: givenUser, pageSize = 20 } = options;
  const target = new EventTarget();
  const sharing = sharingOf(options);
  const connection = connectionFor(options);
  // An EventSource says nothing about a refusal, and nothing says who has signed in by a cookie: so this is asked first.
  const asks = canAsk(options) && (connection !== readByFetch || sharing === 'group');
  const requests = createRequests(options);
  const verified = { events: 0, holes: 0, repeats: 0 };
  let state: ConnectionState = { status: 'connecting' };
  let user = givenUser;
  /** When Carillon has last said who is signed in. */
  let askedAt = 0;
  let group: Group | undefined;

  const emit: Emit = (type, detail) => void target.dispatchEvent(new CustomEvent(type, { detail }));
  const list = createList(
    async (...asked) => {
      const answer = await requests.list(...asked);
      if (!isOther(answer)) return answer.value;
      askAgain();
      throw new RequestError('Another user is signed in.');
    },
    pageSize,
    (shown) => emit('list', shown),
  );
  const receiver = createReceiver(emit, list);

  /** Waits until this tab has to hold a connection; for ever, where the next round is the one that has to. */
  const ready = async (signal: AbortSignal) => {
    if (sharing === 'visible') await visible();
    if (Date.now() - askedAt > freshMs) {
      const asked = asks ? await requests.counts() : undefined;
      if (signal.aborted) return;
      askedAt = Date.now();
      meet(asked?.user ?? givenUser, asked?.value);
    }
    if (group?.needsConnection === false) await new Promise(() => undefined);
  };

  /** Takes who is signed in, and that user's counts. */
  const meet = (met: string | undefined, counts: Counts | undefined) => {
    if (user !== undefined && met !== user) {
      leave();
      receiver.forget();
    }
    user = met;
    if (sharing === 'group' && met !== undefined) group ??= join(met);
    if (counts !== undefined && receiver.counts === undefined) receiver.count(counts);
  };

  /** Takes a frame of this tab's own connection. @returns whether something before it is missing. */
  const take = (frame: Frame) => {
    const verdict = receiver.take(frame);
    if (verdict === 'hole') verified.holes++;
    else if (verdict !== 'repeat') verified.events += Number(isLogged(frame.event));
    // What this tab had missed it may hear from the leader as well.
    else if (group?.isLeading !== false) verified.repeats++;
    if (verdict !== 'hole') group?.pass(frame);
    return verdict === 'hole';
  };

  const link = createLink({
    connection,
    ready,
    request: () => requests.stream(receiver.cursor),
    take,
    changed: (next) => {
      if (next.status === 'signedOut') leave();
      if (group?.isLeading !== false) change(next);
    },
  });

  const join = (name: string) =>
    joinGroup(`carillon ${options.url} ${name}`, {
      situation: () => ({ state, cursor: receiver.cursor, counts: receiver.counts }),
      limitMs: () => link.limitMs(),
      take: (frame) => receiver.take(frame) === 'hole',
      follow: (situation) => {
        change(situation.state);
        const { cursor } = receiver;
        if (situation.cursor === undefined || situation.counts === undefined) return false;
        if (cursor === undefined) receiver.begin(situation.cursor, situation.counts);
        // In another epoch there is something to hear in any case.
        return cursor !== undefined && !(distance(cursor, situation.cursor) <= 0);
      },
      changed: () => link.restart(),
    });
  const leave = () => {
    group?.leave();
    group = undefined;
    askedAt = 0; // The next group is joined by asking.
  };

  const change = (next: ConnectionState) => {
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    emit('state', next);
    group?.tell();
  };

  /** Whether somebody has signed in as another user, perhaps in another tab. */
  const isOther = (answer: Answer<unknown>) =>
    user !== undefined && answer.user !== undefined && answer.user !== user;
  const askAgain = () => {
    askedAt = 0;
    link.restart();
  };
  /** While this page was not looked at, somebody may have signed out, or in. */
  const checkUser = async () => {
    const isWrong = await requests.counts().then(isOther, isSignedOut);
    if (isWrong) askAgain();
  };

  const suspend = () => {
    link.stop();
    leave();
  };
  const unfollow = followPage({
    wake: () => {
      link.wake();
      group?.hello();
      if (asks && state.status === 'live') void checkUser();
    },
    hide: () => {
      if (sharing !== 'visible') return;
      link.restart();
      change({ status: 'connecting' });
    },
    distrust: () => {
      if (group?.isLeading !== false) link.distrust();
    },
    suspend,
    resume: () => {
      if (state.status !== 'signedOut') link.start();
    },
  });

  const act = (action: NotificationAction) => (id: string) => {
    const now = new Date().toISOString();
    return list.during((one) => (one.id === id ? acted(one, action, now) : one), requests.act(id, action));
  };
  const markAll =
    (as: 'read' | 'seen') =>
    async (upTo = list.shown.cursor ?? receiver.cursor) => {
      if (upTo === undefined) return;
      const now = new Date().toISOString();
      await list.during((one) => (isUpTo(one, upTo) ? acted(one, as, now) : one), requests.mark(as, upTo));
    };

  const reconnect = () => {
    if (state.status === 'closed') return;
    if (state.status === 'signedOut') change({ status: 'connecting' });
    askAgain();
    link.start();
  };
  // Not before whoever called has added listeners.
  queueMicrotask(reconnect);

  return {
    get state() {
      return state;
    },
    get counts() {
      return receiver.counts;
    },
    list: list.shown,
    verified,
    on: <T extends keyof ClientEvents>(type: T, listener: (event: ClientEvents[T]) => void) => {
      // A function of its own, so that one listener may be there twice and each end its own.
      const own = (event: Event) => listener((event as CustomEvent<ClientEvents[T]>).detail);
      target.addEventListener(type, own);
      return () => target.removeEventListener(type, own);
    },
    read: act('read'),
    unread: act('unread'),
    archive: act('archive'),
    unarchive: act('unarchive'),
    readAll: markAll('read'),
    seen: markAll('seen'),
    reconnect,
    close: () => {
      if (state.status === 'closed') return;
      unfollow();
      suspend();
      change({ status: 'closed' });
    },
  };
}
