import type { ResetReason } from '../domain/cursor.ts';
import type { EventContents } from '../domain/inbox.ts';
import type { Counts } from '../domain/notification.ts';
import type { Choices } from './choices.ts';
import type { EventSourceClass } from './event-source.ts';
import type { Notification } from '../domain/notification.ts';
import type { NotificationList } from './notification-list.ts';

export type { Counts, Notification, ResetReason };

/** Where Carillon is, and how this page or process shows who is asking. */
export interface ConnectOptions {
  /** Carillon's address, such as `https://notify.example.com`; a path before the API's own is kept. */
  readonly url: string;
  /**
   * A bearer token, or a function that gets one, which is called for each connection and each request: let it keep the
   * token while that is good. The stream is then read with `fetch`, because an EventSource cannot send headers, unless
   * `getTicket` is given as well. When the function throws an error whose `status` is 401 or 403, the client is signed
   * out; any other error is taken as a passing fault.
   */
  readonly token?: string | (() => string | Promise<string>);
  /**
   * Gets a ticket (`POST /notifications/stream/tickets`) for one connection, from your own backend as a rule. It throws as
   * `token` does. A ticket opens a stream and nothing else: the list and the actions need the cookie or `token` as well.
   */
  readonly getTicket?: () => string | Promise<string>;
  /** Sends the cookie `carillon_session` to another origin, too; to the same origin it goes anyway. False unless given. */
  readonly withCredentials?: boolean;
  /**
   * Lets all tabs of this origin that the same user is signed in to share one connection. True in browsers unless given.
   * Where a page has no Web Locks (plain http), each visible tab has a connection of its own, and a hidden one none.
   * With `getTicket` alone it needs `user`.
   */
  readonly shareConnection?: boolean;
  /**
   * Who is signed in, in any words (it is no secret); only where Carillon cannot be asked, which is with `getTicket`
   * alone. Tabs with the same `user` share a connection.
   */
  readonly user?: string;
  /** Items on a page of the list: 1 to 100, 20 unless given. */
  readonly pageSize?: number;
  /**
   * The EventSource to use, such as that of the package `eventsource` in Node. Unless given: the browser's own when
   * neither a header is needed nor it is missing, and else `fetch`.
   */
  readonly EventSource?: EventSourceClass;
}

/**
 * How the connection is. All times are Unix milliseconds.
 *
 * - `connecting`: the first attempt is under way; or the tab is hidden, and has no connection because it cannot share one.
 * - `live`: everything that was missed has been told, and what happens is told as it happens.
 * - `reconnecting`: it was lost at `since`; attempts go on for ever.
 * - `offline`: the same, and the browser says that there is no network.
 * - `signedOut`: Carillon answered 401 (nobody is signed in) or 403 (this page may not ask); nothing is tried until
 *   `reconnect`. `detail` is a sentence for developers.
 * - `closed`: by `close`.
 */
export type ConnectionState =
  | { readonly status: 'connecting' }
  | { readonly status: 'live'; readonly since: number }
  | { readonly status: 'reconnecting'; readonly since: number }
  | { readonly status: 'offline'; readonly since: number }
  | { readonly status: 'signedOut'; readonly code: 401 | 403; readonly detail: string }
  | { readonly status: 'closed' };

interface Numbered {
  /** The event's number in this user's log. */
  readonly seq: number;
  /** As of this event: absolute, never to be added to or subtracted from. */
  readonly counts: Counts;
}

/** A frame as it came, its numbers verified; for showing the wire. */
export interface Frame {
  /** The wire's name, such as `notification.updated` or `ping`. */
  readonly event: string;
  /** The cursor behind this frame, `<epoch>.<seq>`; undefined for `ping` and `goodbye`, which do not move it. */
  readonly id: string | undefined;
  /** JSON, one line. */
  readonly data: string;
  /** Whether it was missed and came after a reconnect; known from its place before `sync`. */
  readonly replayed: boolean;
}

/** What `Client.on` tells, by type. Events of the log come in the order of their numbers, each exactly once. */
export interface ClientEvents {
  /** A new notification. */
  readonly notification: Numbered & { readonly notification: Notification };
  /**
   * One was raised or changed. When `raised`, it brings something new, as a new one would: it moves to the top of its list.
   * Otherwise it was read, unread, archived, unarchived, or its text changed.
   */
  readonly updated: Numbered & { readonly notification: Notification; readonly raised: boolean };
  /** Its subject was deleted, or became invisible. */
  readonly removed: Numbered & EventContents['notification.removed'];
  /** Many were read at once: `ids`, or all that were last raised at or before the event `upTo` (a cursor). */
  readonly read: Numbered & EventContents['notifications.read'];
  /** All that were last raised at or before the event `upTo` (a cursor) were seen. */
  readonly seen: Numbered & EventContents['notifications.seen'];
  /** Everything missed has been told: `missed` events, after `from` up to `to`. Once after each connect. */
  readonly sync: {
    readonly from: number;
    readonly to: number;
    readonly missed: number;
    readonly counts: Counts;
  };
  /** What was missed cannot be told one by one. `list` fetches itself again; whatever else you keep is for you to fetch. */
  readonly reset: Numbered & { readonly reason: ResetReason | 'user' };
  /** `Client.counts` has changed. */
  readonly counts: Counts;
  /** `Client.state` has changed. */
  readonly state: ConnectionState;
  /** `Client.list` has changed: an item, its status, its filter. */
  readonly list: NotificationList;
  /** Any frame that was not held back, before what it means is told. */
  readonly frame: Frame;
}

/** What the numbers said so far, on this client's own connections. */
export interface Verified {
  /** Events of the log that were handed on. */
  readonly events: number;
  /** Times at which a number was missing; the connection was then opened again from the last good one. */
  readonly holes: number;
  /** Events that came again, and were held back. */
  readonly repeats: number;
}

/**
 * One user's notifications: their events, their counts, their list, and what the user does with them.
 *
 * The actions reject with a `RequestError` when Carillon says no; what they showed at once is then taken back. While
 * Carillon is not reached, up to 1,000 of them wait and are sent later, in their order. They are given up when the page
 * goes, the client is closed, or another user signs in. They change the counts only by the event that follows, which
 * reaches every tab and device.
 */
export interface Client extends Choices {
  readonly state: ConnectionState;
  /** Undefined until they are known. */
  readonly counts: Counts | undefined;
  /** Empty and `idle` until its `load`; a client works without it. */
  readonly list: NotificationList;
  readonly verified: Verified;

  /**
   * Listens to `type`; a state or counts that are there already are not told again.
   * @returns what ends the listening.
   */
  on<T extends keyof ClientEvents>(type: T, listener: (event: ClientEvents[T]) => void): () => void;

  /** Marks one as read (and as seen). @throws RequestError (404: not this user's) */
  read(id: string): Promise<Notification>;
  /** Marks many as read, 100 by a request. @throws RequestError (404: one is not this user's; its request changes nothing) */
  read(ids: readonly string[]): Promise<void>;
  unread(id: string): Promise<Notification>;
  /** Marks many as unread, 1,000 by a request; those that are gone are passed over. It takes `readAll` back. */
  unread(ids: readonly string[]): Promise<void>;
  /** Takes one out of the list and the counts; `unarchive` brings it back. */
  archive(id: string): Promise<Notification>;
  unarchive(id: string): Promise<Notification>;
  /**
   * Marks all as read that were last raised at or before `upTo`.
   * @param upTo a cursor: what the user was shown; `list.cursor` unless given, so that what arrives meanwhile stays unread.
   *   When the list was never loaded and nothing is connected, nothing happens.
   * @returns the ids of those that it marked, of very many the newest 1,000: `unread` with them takes it back.
   */
  readAll(upTo?: string): Promise<readonly string[]>;
  /** Marks all as seen that were last raised at or before `upTo`, as `readAll` does. */
  seen(upTo?: string): Promise<void>;

  /** Connects at once instead of at the next attempt, and after `signedOut` at all: call it when somebody has signed in. */
  reconnect(): void;
  /** Ends everything; other tabs go on. A closed client stays closed. */
  close(): void;
}
