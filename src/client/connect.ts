import { createActions } from './actions.ts';
import type { Client, ClientEvents, ConnectionState, ConnectOptions } from './client.ts';
import { connectionFor } from './choose-connection.ts';
import { createChoices } from './create-choices.ts';
import { createFeed } from './feed.ts';
import { createList, type FetchPage } from './list.ts';
import { createOutbox } from './outbox.ts';
import { createReceiver, type Emit } from './receiver.ts';
import { RequestError } from './request-error.ts';
import { createRequests } from './requests.ts';
import { createSession } from './session.ts';
import { sharingOf } from './sharing.ts';

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
export type { Choices, Preference, Settings, Watch, WatchLevel, WatchPage, Why } from './choices.ts';
export type { ListFilter, ListStatus, NotificationList } from './notification-list.ts';
export { RequestError };

/** Connects to Carillon as whoever is signed in. Never throws: what is wrong shows in `state`. */
export function connect(options: ConnectOptions): Client {
  const { url, pageSize = 20 } = options;
  const target = new EventTarget();
  const emit: Emit = (type, detail) => void target.dispatchEvent(new CustomEvent(type, { detail }));

  const sharing = sharingOf(options);
  const connection = connectionFor(options);
  const requests = createRequests(options);
  const session = createSession(options, requests, connection, sharing);
  const outbox = createOutbox(async () => {
    if (!(await session.hasChanged())) return true;
    session.doubt();
    return false;
  });
  const fetchPage: FetchPage = async (...asked) => {
    const answer = await requests.list(...asked);
    if (!session.isOther(answer)) return answer.value;
    session.doubt();
    throw new RequestError('Another user is signed in.');
  };
  const list = createList(fetchPage, pageSize, (shown) => emit('list', shown));
  const receiver = createReceiver(emit, list);
  const changed = (state: ConnectionState) => emit('state', state);
  const feed = createFeed({ url, connection, sharing, requests, session, receiver, outbox, changed });
  // Not before whoever called has added listeners.
  queueMicrotask(() => feed.reconnect());

  return {
    get state() {
      return feed.state;
    },
    get counts() {
      return receiver.counts;
    },
    list: list.shown,
    verified: feed.verified,
    on: <T extends keyof ClientEvents>(type: T, listener: (event: ClientEvents[T]) => void) => {
      // A function of its own, so that one listener may be there twice and each end its own.
      const own = (event: Event) => listener((event as CustomEvent<ClientEvents[T]>).detail);
      target.addEventListener(type, own);
      return () => target.removeEventListener(type, own);
    },
    ...createActions(requests, outbox, list, receiver),
    ...createChoices(requests),
    reconnect: () => feed.reconnect(),
    close: () => feed.close(),
  };
}
