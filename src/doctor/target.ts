import { type Answer, answerOf } from './answer.ts';
import { NotExaminable } from './finding.ts';
import { HeardStream } from './heard-stream.ts';

/** The address that is examined. Nothing else is asked, and redirects are not followed. */
export interface Target {
  /** Where Carillon is. */
  readonly url: URL;
  readonly ask: (path: string, asking?: Asking) => Promise<Answer>;
  /** Opens a stream. Resolves with what its head says, or with undefined when none came in time. */
  readonly openStream: (headers?: Readonly<Record<string, string>>) => Promise<HeardStream | undefined>;
}

export interface Asking {
  readonly method?: string;
  /** In place of the user's bearer token; null for none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** How long a server may take to answer, in milliseconds. */
const answerMs = 10_000;
/** How long a stream may take to say something, in milliseconds; with nothing in between it does at once. */
export const promptMs = 4_000;

/** @param ownToken the user's, with which is asked where nothing else is said. */
export function targetAt(url: URL, ownToken: string): Target {
  const base = url.href.replace(/\/$/, '');
  const send = (path: string, asking: Asking, signal: AbortSignal) => {
    const { method = 'GET', token = ownToken, headers, body } = asking;
    return fetch(base + path, {
      method,
      headers: {
        // fetch would ask for compression of its own accord.
        'accept-encoding': 'identity',
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal,
    });
  };

  return {
    url,
    ask: async (path, asking = {}) => answerOf(await send(path, asking, AbortSignal.timeout(answerMs))),
    openStream: async (headers) => {
      const opening = new AbortController();
      const late = setTimeout(() => opening.abort(), promptMs);
      const asking = { headers: { accept: 'text/event-stream', ...headers } };
      try {
        return new HeardStream(await send('/notifications/stream', asking, opening.signal), opening);
      } catch (error) {
        if (opening.signal.aborted) return undefined;
        throw error;
      } finally {
        clearTimeout(late);
      }
    },
  };
}

/**
 * The answer, or what is wrong with the way to it, in words.
 * @throws NotExaminable
 */
export async function orNotExaminable<T>(url: URL, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    // What fetch throws says no more than that it failed.
    const { message, code } = ((cause as Error).cause ?? cause) as NodeJS.ErrnoException;
    const isCertificate = code !== undefined && /CERT|SIGNATURE|SELF_SIGNED|ERR_TLS/.test(code);
    const hint = isCertificate ? ' For a certificate of your own set NODE_EXTRA_CA_CERTS=<its file>.' : '';
    throw new NotExaminable(`${url.href} does not answer: ${message || String(code)}.${hint}`, { cause });
  }
}
