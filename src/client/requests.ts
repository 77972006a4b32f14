import type { Counts, Notification, NotificationAction, NotificationStatus } from '../domain/notification.ts';
import type { ConnectOptions } from './client.ts';
import type { StreamRequest } from './connection.ts';
import { RequestError } from './request-error.ts';

const timeoutMs = 30_000;

/** What `GET /notifications` answers. */
export interface ListPage {
  readonly data: readonly Notification[];
  readonly nextCursor: string | null;
  readonly counts: Counts;
  readonly streamCursor: string;
}

/** Whom an answer was for. */
export interface Answer<T> {
  readonly value: T;
  /** Undefined when it does not say. */
  readonly user: string | undefined;
}

/** Asks Carillon as whoever is signed in. Everything rejects with a `RequestError`, or as `token` and `getTicket` did. */
export class Requests {
  readonly #options: ConnectOptions;
  readonly #base: string;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#base = `${options.url.replace(/\/+$/, '')}/notifications`;
  }

  /** Whether it can be asked who is signed in: a ticket is good for one stream and nothing else. */
  get canAsk(): boolean {
    return this.#options.getTicket === undefined || this.#options.token !== undefined;
  }

  counts(): Promise<Answer<Counts>> {
    return this.#ask('/counts');
  }

  list(status: NotificationStatus, limit: number, cursor: string | null): Promise<Answer<ListPage>> {
    return this.#ask(queryOf({ status, limit, cursor }));
  }

  async act(id: string, action: NotificationAction): Promise<Notification> {
    return (await this.#ask<Notification>(`/${encodeURIComponent(id)}/${action}`, {})).value;
  }

  async mark(as: 'read' | 'seen', upTo: string): Promise<void> {
    await this.#ask(`/${as}`, { upTo });
  }

  /** What opens the stream behind `cursor`, with a fresh ticket or token. */
  async stream(lastEventId: string | undefined): Promise<StreamRequest> {
    const ticket = await this.#options.getTicket?.();
    const init = await this.#init(ticket === undefined);
    return { url: `${this.#base}/stream${queryOf({ ticket, lastEventId })}`, init };
  }

  /** @param body of a POST; an empty one is none. */
  async #ask<T>(path: string, body?: Record<string, unknown>): Promise<Answer<T>> {
    const init = await this.#init(true);
    const isEmpty = body === undefined || Object.keys(body).length === 0;
    let response: Response;
    try {
      response = await fetch(this.#base + path, {
        ...init,
        method: body ? 'POST' : 'GET',
        headers: isEmpty ? init.headers : { ...init.headers, 'content-type': 'application/json' },
        body: isEmpty ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      throw new RequestError('Carillon was not reached.', { cause });
    }
    if (!response.ok) throw await errorOf(response);
    return {
      value: (await response.json()) as T,
      user: response.headers.get('carillon-user') ?? undefined,
    };
  }

  async #init(withToken: boolean): Promise<StreamRequest['init']> {
    const { token: given, withCredentials } = this.#options;
    const token = withToken && (typeof given === 'function' ? await given() : given);
    return {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      credentials: withCredentials === true ? 'include' : 'same-origin',
      cache: 'no-store',
    };
  }
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
  const retryAfter = headers.get('retry-after');
  return new RequestError(problem.detail ?? `The answer was ${status}.`, {
    status,
    code: problem.code,
    retryAfterMs: retryAfter === null ? undefined : Number(retryAfter) * 1000,
  });
}
