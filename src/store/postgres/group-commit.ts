import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import type { StoreParts } from '../../domain/store.ts';
import type { Connection } from './connection.ts';
import { faultOf, isConflict, isConnectionLost, isOutage } from './faults.ts';
import { Transaction } from './transaction.ts';
import type { Writer } from './writer.ts';

/**
 * What one request does in a transaction: it reads, and says whose inboxes it changes. It may run again, in another
 * transaction, when the one that it ran in came to nothing.
 */
export type Work<T> = (transaction: Transaction) => Promise<Change<T>>;

export interface Change<T> {
  /** Whose inboxes are locked when `make` runs. */
  readonly userIds: readonly string[];
  /** Makes the change. Throws an AppError only before it has written anything. */
  readonly make: () => T | Promise<T>;
}

/** Most requests that share one commit, so that one commit does not keep inboxes locked for long. */
const defaultMaxPerCommit = 128;
/** How often a transaction is tried that failed for a reason that may pass. */
const maxTries = 4;
/** How long to ask for the outcome of a commit whose answer was lost. */
const outcomeMs = 5_000;

interface Job {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/**
 * Lets the requests that arrive together share one transaction and its three round trips: all read, then the inboxes of
 * all are locked by user id, then all write. Meanwhile the next ones gather. When PostgreSQL refuses what one of them
 * does, each of them gets a transaction of its own: one that fails does not fail the others.
 */
export class GroupCommit {
  readonly #writer: Writer;
  readonly #parts: Pick<StoreParts, 'onCommit' | 'now'>;
  readonly #maxPerCommit: number;
  #waiting: Job[] = [];
  #running: Promise<void> | undefined;
  #refusal: AppError | undefined;

  constructor(
    writer: Writer,
    parts: Pick<StoreParts, 'onCommit' | 'now'>,
    maxPerCommit = defaultMaxPerCommit,
  ) {
    this.#writer = writer;
    this.#parts = parts;
    this.#maxPerCommit = maxPerCommit;
  }

  /** Resolves with what `work` made once that is durable; rejects when it was not committed. */
  run<T>(work: Work<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#refusal !== undefined) {
        reject(this.#refusal);
        return;
      }
      // `resolve` gets what this very `work` made, so the cast cannot lie.
      this.#waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
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
    // Everything that is parsed from the sockets in this turn of the event loop comes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, this.#maxPerCommit));
    this.#running = undefined;
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#try(jobs);
        return;
      } catch (error) {
        const mayPass = isConflict(error) || isConnectionLost(error);
        if (mayPass && tries < maxTries) {
          // Those who got into each other's way must not do so again.
          if (isConflict(error)) await sleep(Math.random() * 20 * tries);
          continue;
        }
        if (jobs.length > 1 && !isOutage(error) && !(error instanceof AppError)) {
          for (const job of jobs) await this.#commit([job]);
        } else {
          for (const job of jobs) job.reject(faultOf(error));
        }
        return;
      }
    }
  }

  /** @throws what kept all of it from being committed; then no job was answered. */
  async #try(jobs: readonly Job[]): Promise<void> {
    const connection = await this.#writer.connection();
    const transaction = new Transaction(connection, this.#parts.now());
    let outcomes: readonly Outcome[];
    try {
      outcomes = await runJobs(transaction, jobs);
    } catch (error) {
      await this.#rollBack(connection, transaction);
      throw transaction.failure?.error ?? error;
    }
    if (!transaction.hasWritten) await this.#rollBack(connection, transaction);
    else await this.#finish(connection, transaction);
    const committedAt = performance.now();
    const { events, rows } = transaction;
    if (transaction.hasWritten) this.#parts.onCommit({ events, rows, committedAt });
    jobs.forEach((job, i) => settle(job, outcomes[i]));
  }

  /** @throws what kept it from being committed, or an AppError when that cannot be known. */
  async #finish(connection: Connection, transaction: Transaction): Promise<void> {
    try {
      await transaction.commit();
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      this.#writer.drop(connection);
      if (!transaction.isCommitting || !(await this.#wasCommitted(transaction, error))) throw error;
    }
  }

  async #rollBack(connection: Connection, transaction: Transaction): Promise<void> {
    try {
      await transaction.rollBack();
    } catch {
      this.#writer.drop(connection); // Which rolls back as well.
    }
  }

  /** Asks, on another connection, for the outcome of a commit whose answer was lost. */
  async #wasCommitted(transaction: Transaction, cause: unknown): Promise<boolean> {
    const end = performance.now() + outcomeMs;
    while (performance.now() < end) {
      try {
        const outcome = await transaction.outcome(await this.#writer.connection());
        if (outcome === 'committed') return true;
        if (outcome === 'aborted') return false;
        if (outcome === 'unknown') break;
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
      }
      await sleep(50);
    }
    throw new AppError(
      'unavailable',
      'The database was lost while it committed this, so it may have been kept or not. Ask again with the same Idempotency-Key.',
      { cause },
    );
  }
}

/** Runs what the jobs do; those that share an inbox one after the other. @throws what fails the whole transaction */
async function runJobs(transaction: Transaction, jobs: readonly Job[]): Promise<readonly Outcome[]> {
  const changes = await allOf(jobs.map(({ work }) => work(transaction)));
  const userIds = changes.flatMap((change) => ('value' in change ? change.value.userIds : []));
  await transaction.lock([...new Set(userIds)]);
  const lastOf = new Map<string, Promise<unknown>>();
  return allOf(
    changes.map(async (change) => {
      if ('error' in change) throw change.error;
      const { userIds: own, make } = change.value;
      const before = own.map((userId) => lastOf.get(userId)).filter((last) => last !== undefined);
      const made = before.length === 0 ? Promise.resolve(make()) : Promise.allSettled(before).then(make);
      for (const userId of own) lastOf.set(userId, made);
      return made;
    }),
  );
}

/** What came of each; an AppError is its own request's alone. @throws anything else */
async function allOf<T>(
  promises: readonly Promise<T>[],
): Promise<readonly ({ readonly value: T } | { readonly error: AppError })[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === 'fulfilled') return { value: result.value };
    if (result.reason instanceof AppError) return { error: result.reason };
    throw result.reason;
  });
}

function settle(job: Job, outcome: Outcome | undefined): void {
  if (outcome === undefined) job.reject(new Error('The commit has no outcome for this request.'));
  else if ('error' in outcome) job.reject(outcome.error);
  else job.resolve(outcome.value);
}
