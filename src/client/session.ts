import type { Counts } from '../domain/notification.ts';
import type { ConnectOptions } from './client.ts';
import type { Connection } from './connection.ts';
import { readByFetch } from './fetch-connection.ts';
import { isSignedOut } from './link.ts';
import type { Answer, Requests } from './requests.ts';
import { canAsk, type Sharing } from './sharing.ts';

/** For how long an answer to "who is signed in?" holds. */
const freshMs = 5_000;

/** Who is signed in, and what Carillon said of them along with that. */
export interface Met {
  readonly user: string | undefined;
  readonly counts: Counts | undefined;
  /** Whether another user was signed in before. */
  readonly isOther: boolean;
}

/** Who is signed in, as far as this client knows. Another tab may change that at any time. */
export interface Session {
  /** Finds out who is signed in. @returns undefined when that was done a moment ago. */
  check(): Promise<Met | undefined>;
  /** Whether an answer was for another user than the one who is known. */
  isOther(answer: Answer<unknown>): boolean;
  /** Whether another user is signed in now, or nobody; false where Carillon cannot be asked. */
  hasChanged(): Promise<boolean>;
  /** Has the next check ask. */
  forget(): void;
  /** Has the next check ask, and tells that it should be made. */
  doubt(): void;
  /** @param listener called at each `doubt`. */
  whenDoubted(listener: () => void): void;
}

export function createSession(
  options: ConnectOptions,
  requests: Requests,
  connection: Connection,
  sharing: Sharing,
): Session {
  // An EventSource says nothing about a refusal, and nothing says who has signed in by a cookie: so this is asked first.
  const asks = canAsk(options) && (connection !== readByFetch || sharing === 'group');
  let { user } = options;
  /** When Carillon has last said who is signed in. */
  let askedAt = 0;
  let tell: (() => void) | undefined;

  const isOther = (answer: Answer<unknown>) =>
    user !== undefined && answer.user !== undefined && answer.user !== user;
  return {
    check: async () => {
      if (Date.now() - askedAt <= freshMs) return undefined;
      const answer = asks ? await requests.counts() : undefined;
      askedAt = Date.now();
      const before = user;
      user = answer?.user ?? options.user;
      return { user, counts: answer?.value, isOther: before !== undefined && user !== before };
    },
    isOther,
    hasChanged: async () => asks && requests.counts().then(isOther, isSignedOut),
    forget: () => {
      askedAt = 0;
    },
    doubt: () => {
      askedAt = 0;
      tell?.();
    },
    whenDoubted: (listener) => {
      tell = listener;
    },
  };
}
