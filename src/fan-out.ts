import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Store } from './domain/store.ts';

/** How long to wait at the most before looking again: another process, or an application's own transaction, may publish. */
const maxPauseMs = 1_000;
/** How long to wait after a failure. */
const failurePauseMs = 1_000;

interface FanOutParts {
  readonly store: Pick<Store, 'work'>;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Takes activities to the people whose turn comes after the first transaction. */
export interface FanOutWorker {
  /** There may be something to do. */
  wake(): void;
  /** Stops once the step under way is done. */
  close(): Promise<void>;
}

/** Does step after step of what is due, as long as there is any; then waits until something is. */
export function startFanOut({ store, log, now }: FanOutParts): FanOutWorker {
  const stop = new AbortController();
  /** Aborted to end the present pause, or to skip it when the step before is still under way. */
  let pause = new AbortController();
  const done = run();
  return {
    wake: () => pause.abort(),
    close: async () => {
      stop.abort();
      pause.abort();
      await done;
    },
  };

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      pause = new AbortController();
      const waitMs = await step();
      if (waitMs > 0) await rest(waitMs);
    }
  }

  /** @returns how long to wait before the next one */
  async function step(): Promise<number> {
    const begunMs = performance.now();
    try {
      const { didStep, nextAt } = await store.work();
      // Half of the time is left to everybody else, and more when they have much to do, because a step then takes longer.
      if (didStep) return performance.now() - begunMs;
      return Math.min(maxPauseMs, Math.max(1, (nextAt ?? Infinity) - now()));
    } catch (error) {
      if (!stop.signal.aborted) log.error({ err: error }, 'a step of a fan-out failed; it is tried again');
      return failurePauseMs;
    }
  }

  async function rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: pause.signal, ref: false }).catch(() => undefined); // It was woken.
  }
}
