import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../domain/errors.ts';
import type { InboxEvent } from '../domain/inbox.ts';
import type { Commit, StoreParts } from '../domain/store.ts';
import type { Transaction } from '../use-cases/transaction.ts';

/** What one request does in a transaction. It may run again in another one, when this one came to nothing. */
export type Work<T> = (tx: Transaction) => Promise<T>;

/** What came of one work; `later` runs again in the next commit, and `elsewhere` is done by another transaction. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly error: AppError }
  | { readonly elsewhere: (cause: string | undefined) => Promise<unknown> }
  | 'later';

/** What came of a commit. */
export interface Committed {
  /** For each work, in their order. */
  readonly outcomes: readonly Outcome[];
  readonly events: readonly InboxEvent[];
  readonly hasWork: boolean;
  /** Rows that were inserted, updated, or deleted; nothing was committed when there are none. */
  readonly rows: number;
}

/** What is to be done about an error that kept a commit from being made. */
export type Remedy = 'again' | 'alone' | 'refuse' | 'fail';

/** How a database commits what several requests do. */
export interface Committer {
  /**
   * Runs these in one transaction. An AppError is of one work alone; everything else throws, and then nothing of it was
   * committed.
   */
  commit(works: readonly Work<unknown>[]): Promise<Committed>;
  /**
   * What to do about `error`: try the same again, give each request a transaction of its own, refuse them, or stop
   * writing for good. May wait.
   * @param tries how often it was tried.
   */
  remedyFor(error: unknown, tries: number): Promise<Remedy>;
  /** What the caller is told about `error`. */
  faultOf(error: unknown): unknown;
}

/** How long to wait when none of the requests could run. */
const pauseMs = 20;
/** Most requests that share one commit. */
const defaultMaxPerCommit = 128;

interface Job {
  readonly work: Work<unknown>;
  readonly cause: string | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

type GroupParts = Pick<StoreParts, 'onCommit' | 'onFailure' | 'cause'>;

/**
 * Lets the requests that arrive together share one commit, because a durable commit costs an fsync and round trips
 * whether it holds one comment or a hundred. While it is made the next ones gather. A request that fails does not fail
 * the others.
 */
export class GroupCommit {
  readonly #committer: Committer;
  readonly #parts: GroupParts;
  readonly #maxPerCommit: number;
  #waiting: Job[] = [];
  #running: Promise<void> | undefined;
  #refusal: AppError | undefined;

  constructor(committer: Committer, parts: GroupParts, maxPerCommit = defaultMaxPerCommit) {
    this.#committer = committer;
    this.#parts = parts;
    this.#maxPerCommit = maxPerCommit;
  }

  /**
   * Resolves with what `work` returned once that is durable; rejects when it was not committed.
   * @param cause of the work; what `parts.cause` says unless given.
   */
  run<T>(work: Work<T>, cause = this.#parts.cause?.()): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#refusal !== undefined) {
        reject(this.#refusal);
        return;
      }
      // `resolve` gets what this very `work` returned, so the cast cannot lie.
      this.#waiting.push({ work, cause, resolve: resolve as (value: unknown) => void, reject });
      this.#running ??= this.#runAll();
    });
  }

  /** Refuses everything from now on. */
  refuse(refusal: AppError): void {
    this.#refusal ??= refusal;
  }

  /** Commits what waits, and refuses everything from now on. */
  async close(): Promise<void> {
    this.refuse(new AppError('unavailable', 'The server is stopping.'));
    await this.#running;
  }

  async #runAll(): Promise<void> {
    do {
      // Everything that is parsed from the sockets in this turn of the event loop comes along; and what only reads gets
      // its turn between two commits.
      await new Promise((resolve) => setImmediate(resolve));
      const jobs = this.#waiting.splice(0, this.#maxPerCommit);
      const later = await this.#commit(jobs);
      this.#waiting.unshift(...later);
      // What another transaction holds is not free any sooner for being asked for all the time.
      if (later.length === jobs.length) await sleep(pauseMs);
    } while (this.#waiting.length > 0);
    this.#running = undefined;
  }

  /** @returns those that run again in the next commit. */
  async #commit(jobs: readonly Job[]): Promise<readonly Job[]> {
    for (let tries = 1; ; tries++) {
      try {
        return this.#settle(jobs, await this.#committer.commit(jobs.map(({ work }) => work)));
      } catch (error) {
        const remedy = await this.#committer.remedyFor(error, tries);
        if (remedy === 'again') continue;
        if (remedy === 'alone' && jobs.length > 1) {
          const later: Job[] = [];
          for (const job of jobs) later.push(...(await this.#commit([job])));
          return later;
        }
        this.#fail(jobs, error, remedy === 'fail');
        return [];
      }
    }
  }

  #settle(jobs: readonly Job[], { outcomes, events, hasWork, rows }: Committed): readonly Job[] {
    // Told before it is answered: an answer promises that everybody concerned has the event or will get it.
    if (rows > 0) {
      const committedAt = performance.now();
      this.#parts.onCommit({ events, hasWork, rows, committedAt, ...causesOf(jobs, outcomes) });
    }
    return jobs.filter((job, i) => {
      const outcome = outcomes[i];
      if (outcome === 'later') return true;
      if (outcome === undefined) job.reject(new Error('The commit has no outcome for this request.'));
      else if ('error' in outcome) job.reject(outcome.error);
      else if ('elsewhere' in outcome) outcome.elsewhere(job.cause).then(job.resolve, job.reject);
      else job.resolve(outcome.value);
      return false;
    });
  }

  #fail(jobs: readonly Job[], error: unknown, isForGood: boolean): void {
    if (isForGood) {
      const detail = 'The database has failed; the server is stopping.';
      this.refuse(new AppError('unavailable', detail, { cause: error }));
    }
    const fault = this.#committer.faultOf(error);
    for (const job of jobs) job.reject(fault);
    if (!isForGood) return;
    for (const job of this.#waiting.splice(0)) job.reject(this.#refusal);
    // Last: whoever closes the store on hearing of it finds nothing left to write.
    this.#parts.onFailure(error);
  }
}

/** The causes of what was committed. */
function causesOf(jobs: readonly Job[], outcomes: readonly Outcome[]): Pick<Commit, 'causes'> {
  const causes = jobs.flatMap(({ cause }, i) => {
    const outcome = outcomes[i];
    const isDone = typeof outcome === 'object' && 'value' in outcome;
    return cause !== undefined && isDone ? [cause] : [];
  });
  return causes.length > 0 ? { causes } : {};
}
