import { pauseMs } from './backoff.ts';
import { RequestError } from './request-error.ts';

/** Most actions that wait. */
const maxWaiting = 1_000;

interface Waiting {
  readonly send: () => Promise<void>;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends what the user does, in that order, because the later one of two marks holds. What cannot reach Carillon waits
 * here and is sent later, as long as the page is there and the same user is signed in.
 */
export interface Outbox {
  /** @returns what `request` resolves with; rejects when Carillon says no, or when too much waits already. */
  send<T>(request: () => Promise<T>): Promise<T>;
  /** Tries again what waits, now. */
  flush(): void;
  /** The page may be gone in a moment: sends all that is left without waiting for the one before. */
  hurry(): void;
  /** Gives up what waits: it is another user's. */
  clear(): void;
  /** Gives up what waits; from now on nothing is kept. */
  close(): void;
}

/** @param isOurs whether the same user is signed in still, asked before anything is sent again. */
export function createOutbox(isOurs: () => Promise<boolean>): Outbox {
  const queue: Waiting[] = [];
  let isSending = false;
  let isClosed = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = async () => {
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    try {
      while (queue[0] !== undefined && (failures === 0 || (await isOurs()))) await sendFirst(queue[0]);
    } catch {
      timer = setTimeout(() => void flush(), pauseMs({ failures: failures++ }));
    }
    isSending = false;
  };
  const sendFirst = async (first: Waiting) => {
    await first.send();
    failures = 0;
    if (queue[0] === first) queue.shift();
  };

  /** Settles by what `request` brings. @throws what may be different the next time. */
  const settle = async <T>(
    request: () => Promise<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) => {
    try {
      resolve(await request());
    } catch (error) {
      if (isPassing(error) && !isClosed) throw error;
      reject(error);
    }
  };
  const clear = (message: string) => {
    clearTimeout(timer);
    failures = 0;
    for (const { reject } of queue.splice(0)) reject(new RequestError(message));
  };

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        if (queue.length >= maxWaiting) {
          reject(new RequestError('Carillon was not reached, and 1,000 actions wait for it already.'));
          return;
        }
        queue.push({ send: () => settle(request, resolve, reject), reject });
        void flush();
      }),
    flush: () => void flush(),
    hurry: () => {
      for (const waiting of queue.splice(Number(isSending))) waiting.send().catch(() => queue.push(waiting));
    },
    clear: () => clear('Another user is signed in.'),
    close: () => {
      isClosed = true;
      clear('The client was closed.');
    },
  };
}

/** Whether Carillon was not reached; also by what the application's own `token` throws. */
function isPassing(error: unknown): boolean {
  const { status } = (error ?? {}) as { status?: unknown };
  // 502 to 504: a proxy reached nobody, or the database is away.
  return status === undefined || status === 502 || status === 503 || status === 504;
}
