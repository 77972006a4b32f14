import type { Counts, NotificationAction, NotificationStatus } from '../domain/notification.ts';
import type { Settings, Watch, WatchLevel, WatchPage, Why } from './choices.ts';
import type { ConnectOptions } from './client.ts';
import type { StreamRequest } from './connection.ts';
import type { Notification } from '../domain/notification.ts';
import { RequestError } from './request-error.ts';

const timeoutMs = 30_000;

/** What `GET /notifications` answers. */
export interface ListPage {
  readonly data: readonly Notification[];
  readonly nextCursor: string | null;
  readonly counts: Counts;
  readonly streamCursor: string;
}

/** An answer, and whom it was for; undefined when it does not say. */
export interface Answer<T> {
  readonly value: T;
  readonly user: string | undefined;
}

/** Asks Carillon as whoever is signed in. Everything rejects with a `RequestError`, or as `token` and `getTicket` did. */
export interface Requests {
  counts(): Promise<Answer<Counts>>;
  list(status: NotificationStatus, limit: number, cursor: string | null): Promise<Answer<ListPage>>;
  act(id: string, action: NotificationAction): Promise<Notification>;
  actOnMany(ids: readonly string[], action: 'read' | 'unread'): Promise<void>;
  /** @returns the ids of those that it marked, where the server says them. */
  mark(as: 'read' | 'seen', upTo: string): Promise<readonly string[] | undefined>;
  why(id: string): Promise<Why>;
  settings(): Promise<TaggedSettings>;
  /** Rejects with the status 412 when they have another tag by now. */
  putSettings(settings: Settings, tag: string): Promise<Settings>;
  watches(cursor: string | undefined): Promise<WatchPage>;
  watch(topic: string): Promise<Watch>;
  putWatch(topic: string, level: WatchLevel): Promise<Watch>;
  deleteWatch(topic: string): Promise<void>;
  /** What opens the stream behind a cursor, with a fresh ticket or token. */
  stream(lastEventId: string | undefined): Promise<StreamRequest>;
}

/** Settings, and the tag of this version of them (RFC 9110, section 8.8.3). */
export interface TaggedSettings {
  readonly settings: Settings;
  readonly tag: string;
}

export function createRequests({ url, token, getTicket, withCredentials }: ConnectOptions): Requests {
  const base = url.replace(/\/+$/, '');

  const initFor = async (ticket?: string) => {
    const bearer = ticket === undefined && (typeof token === 'function' ? await token() : token);
    return {
      headers: (bearer ? { authorization: `Bearer ${bearer}` } : {}) as Record<string, string>,
      credentials: withCredentials === true ? 'include' : 'same-origin',
    } as const;
  };

  const fetched = async (path: string, method = 'GET', body?: string, tag?: string): Promise<Response> => {
    const init = await initFor();
    if (body !== undefined) init.headers['content-type'] = 'application/json';
    if (tag !== undefined) init.headers['if-match'] = tag;
    const response = await fetch(base + path, {
      ...init,
      method,
      body: body ?? null,
      signal: AbortSignal.timeout(timeoutMs),
      // Whoever follows a link leaves the page while this is under way.
      keepalive: method !== 'GET',
    }).catch((cause: unknown) => {
      throw new RequestError('Carillon was not reached.', { cause });
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  };
  const ask = async <T>(path: string, method?: string, body?: string): Promise<Answer<T>> => {
    const response = await fetched(path, method, body);
    return {
      value: (await response.json()) as T,
      user: response.headers.get('carillon-user') ?? undefined,
    };
  };
  const valueOf = async <T>(path: string, method?: string, body?: string) =>
    (await ask<T>(path, method, body)).value;
  const watchPath = (topic: string) => `/topics/${encodeURIComponent(topic)}/watch`;

  return {
    counts: () => ask('/notifications/counts'),
    list: (status, limit, cursor) => ask(`/notifications${queryOf({ status, limit, cursor })}`),
    act: (id, action) => valueOf(`/notifications/${encodeURIComponent(id)}/${action}`, 'POST'),
    actOnMany: async (ids, action) => {
      await ask(`/notifications/${action}`, 'POST', JSON.stringify({ ids }));
    },
    mark: async (as, upTo) => {
      const body = JSON.stringify({ upTo });
      return (await valueOf<{ ids?: readonly string[] }>(`/notifications/${as}`, 'POST', body)).ids;
    },
    why: (id) => valueOf(`/notifications/${encodeURIComponent(id)}/why`),
    settings: async () => {
      const response = await fetched('/settings');
      return { settings: (await response.json()) as Settings, tag: response.headers.get('etag') ?? '*' };
    },
    putSettings: async (settings, tag) =>
      (await fetched('/settings', 'PUT', JSON.stringify(settings), tag)).json() as Promise<Settings>,
    watches: (cursor) => valueOf(`/watches${queryOf({ limit: 100, cursor })}`),
    watch: (topic) => valueOf(watchPath(topic)),
    putWatch: (topic, level) => valueOf(watchPath(topic), 'PUT', JSON.stringify({ level })),
    deleteWatch: async (topic) => {
      await fetched(watchPath(topic), 'DELETE');
    },
    stream: async (lastEventId) => {
      const ticket = await getTicket?.();
      return {
        url: `${base}/notifications/stream${queryOf({ ticket, lastEventId })}`,
        init: await initFor(ticket),
      };
    },
  };
}

/** @returns the query with what is given, or nothing. */
function queryOf(fields: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(fields).filter(([, value]) => value != null);
  return given.length > 0 ? `?${new URLSearchParams(given as [string, string][])}` : '';
}

async function errorOf(response: Response): Promise<RequestError> {
  const { status, headers } = response;
  // Something in between may answer with a page of its own.
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; code?: string };
  return new RequestError(problem.detail ?? `The answer was ${status}.`, {
    status,
    code: problem.code,
    retryAfterMs: Number(headers.get('retry-after')) * 1000 || undefined,
  });
}
