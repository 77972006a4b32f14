import type { Counts, NotificationAction, NotificationStatus } from '../domain/notification.ts';
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
  /** What opens the stream behind a cursor, with a fresh ticket or token. */
  stream(lastEventId: string | undefined): Promise<StreamRequest>;
}

export function createRequests({ url, token, getTicket, withCredentials }: ConnectOptions): Requests {
  const base = `${url.replace(/\/+$/, '')}/notifications`;

  const initFor = async (ticket?: string) => {
    const bearer = ticket === undefined && (typeof token === 'function' ? await token() : token);
    return {
      headers: (bearer ? { authorization: `Bearer ${bearer}` } : {}) as Record<string, string>,
      credentials: withCredentials === true ? 'include' : 'same-origin',
    } as const;
  };

  const ask = async <T>(path: string, method = 'GET', body?: string): Promise<Answer<T>> => {
    const init = await initFor();
    if (body !== undefined) init.headers['content-type'] = 'application/json';
    const response = await fetch(base + path, {
      ...init,
      method,
      body: body ?? null,
      signal: AbortSignal.timeout(timeoutMs),
      // Whoever follows a link leaves the page while this is under way.
      keepalive: method === 'POST',
    }).catch((cause: unknown) => {
      throw new RequestError('Carillon was not reached.', { cause });
    });
    if (!response.ok) throw await errorOf(response);
    return {
      value: (await response.json()) as T,
      user: response.headers.get('carillon-user') ?? undefined,
    };
  };

  return {
    counts: () => ask('/counts'),
    list: (status, limit, cursor) => ask(queryOf({ status, limit, cursor })),
    act: async (id, action) =>
      (await ask<Notification>(`/${encodeURIComponent(id)}/${action}`, 'POST')).value,
    actOnMany: async (ids, action) => {
      await ask(`/${action}`, 'POST', JSON.stringify({ ids }));
    },
    mark: async (as, upTo) => {
      const { value } = await ask<{ ids?: readonly string[] }>(`/${as}`, 'POST', JSON.stringify({ upTo }));
      return value.ids;
    },
    stream: async (lastEventId) => {
      const ticket = await getTicket?.();
      return { url: `${base}/stream${queryOf({ ticket, lastEventId })}`, init: await initFor(ticket) };
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
