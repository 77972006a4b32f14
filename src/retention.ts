import type { Logger } from 'pino';
import type { Store } from './domain/store.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
/** Between two steps, so that pruning never takes more than a little of the time. */
const pauseMs = 50;

interface RetentionParts {
  readonly store: Pick<Store, 'prune'>;
  readonly days: number;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * Prunes what is older than `days`, now and then every hour, step by step.
 * @returns what stops it, once the step under way is done.
 */
export function startRetention({ store, days, log, now }: RetentionParts): () => Promise<void> {
  const stop = new AbortController();
  const done = run();
  return async () => {
    stop.abort();
    await done;
  };

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await pruneAll();
      } catch (error) {
        log.error({ err: error }, 'pruning failed; it is tried again in an hour');
      }
      await pause(hourMs, stop.signal);
    }
  }

  async function pruneAll(): Promise<void> {
    const before = now() - days * dayMs;
    let from: string | undefined;
    do {
      from = await store.prune(before, from);
      await pause(pauseMs, stop.signal);
    } while (from !== undefined && !stop.signal.aborted);
  }
}

/** Waits, or stops waiting when `signal` says so. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms).unref();
    signal.addEventListener('abort', wake);
  });
}
