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
  #token: string | undefined;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, '');
  }

  /** Whether it can be asked who is signed in: a ticket is good for one stream and nothing else. */
  get canAsk(): boolean {
    return this.#options.getTicket === undefined || this.#options.token !== undefined;
  }

  counts(): Promise<Answer<Counts>> {
    return this.#ask('GET', '/counts');
  }

  list(status: NotificationStatus, limit: number, cursor: string | null): Promise<Answer<ListPage>> {
    const query = new URLSearchParams({ status, limit: String(limit), ...(cursor !== null && { cursor }) });
    return this.#ask('GET', `?${query}`);
  }

  async act(id: string, action: NotificationAction): Promise<Notification> {
    const { value } = await this.#ask<Notification>('POST', `/${encodeURIComponent(id)}/${action}`);
    return value;
  }

  async mark(as: 'read' | 'seen', upTo: string): Promise<void> {
    await this.#ask('POST', `/${as}`, { upTo });
  }

  /** What opens the stream behind `cursor`, with a fresh token or ticket. */
  async stream(cursor: string | undefined): Promise<StreamRequest> {
    const { getTicket } = this.#options;
    const ticket = await getTicket?.();
    const query = new URLSearchParams({
      ...(ticket !== undefined && { ticket }),
      ...(cursor !== undefined && { lastEventId: cursor }),
    });
    const headers = ticket === undefined ? await this.#authorization(true) : {};
    const url = `${this.#base}/notifications/stream${query.size > 0 ? `?${query}` : ''}`;
    return { url, init: { headers, credentials: this.#credentials } };
  }

  get #credentials(): RequestCredentials {
    return this.#options.withCredentials === true ? 'include' : 'same-origin';
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const isOld = this.#token !== undefined;
    let response = await this.#send(method, path, body, false);
    // A token that was good for an earlier request may have ended since.
    if (response.status === 401 && isOld && typeof this.#options.token === 'function')
      response = await this.#send(method, path, body, true);
    if (!response.ok) throw await errorOf(response);
    return {
      value: (await response.json()) as T,
      user: response.headers.get('carillon-user') ?? undefined,
    };
  }

  async #send(method: string, path: string, body: unknown, afresh: boolean): Promise<Response> {
    const headers = {
      ...(await this.#authorization(afresh)),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    try {
      return await fetch(`${this.#base}/notifications${path}`, {
        method,
        headers,
        credentials: this.#credentials,
        cache: 'no-store',
        signal: AbortSignal.timeout(timeoutMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new RequestError(`${this.#base} was not reached.`, { cause });
    }
  }

  async #authorization(afresh: boolean): Promise<Record<string, string>> {
    const { token } = this.#options;
    if (token === undefined) return {};
    if (typeof token === 'string') this.#token = token;
    else if (afresh || this.#token === undefined) this.#token = await token();
    return { authorization: `Bearer ${this.#token}` };
  }
}

async function errorOf(response: Response): Promise<RequestError> {
  const { status } = response;
  // Something in between may answer with a page of its own.
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; code?: string };
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return new RequestError(problem.detail ?? `The answer was ${status}.`, {
    status,
    ...(problem.code !== undefined && { code: problem.code }),
    ...(!Number.isNaN(seconds) && { retryAfterMs: seconds * 1000 }),
  });
}
