import type { Database } from 'better-sqlite3';
import { AppError } from '../../domain/errors.ts';
import type { InboxEvent } from '../../domain/inbox.ts';
import type { Commit } from '../../domain/store.ts';
import { faultOf, isFailureForGood } from './faults.ts';

/** Runs inside the transaction; pushes the events that it made. What it throws rolls back its own part alone. */
export type Work<T> = (events: InboxEvent[]) => T;

/** Most requests that share one commit, so that a commit never holds the event loop for long. */
const maxPerCommit = 128;

interface Job {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Done {
  readonly value: unknown;
  readonly events: readonly InboxEvent[];
  /** Rows that it inserted, updated, or deleted; SQLite's own count has those that were rolled back as well. */
  readonly rows: number;
}

type Outcome = Done | { readonly error: unknown };

/**
 * Lets the requests that arrive together share one commit, because a durable commit costs an fsync whether it holds
 * one comment or a hundred. Each runs in its own savepoint: one that fails does not fail the others.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #onCommit: (commit: Commit) => void;
  readonly #onFailure: (cause: unknown) => void;
  readonly #assertSame: () => void;
  readonly #commit;
  readonly #savepoint;
  readonly #totalChanges;
  #waiting: Job[] = [];
  #refusal: AppError | undefined;

  /** @param assertSame throws when what was committed is in files that are gone. */
  constructor(
    database: Database,
    onCommit: (commit: Commit) => void,
    onFailure: (cause: unknown) => void,
    assertSame: () => void = () => undefined,
  ) {
    this.#database = database;
    this.#onCommit = onCommit;
    this.#onFailure = onFailure;
    this.#assertSame = assertSame;
    // Inside a transaction, better-sqlite3 makes a savepoint of a further one.
    this.#savepoint = database.transaction((job: Job, events: InboxEvent[]) => job.work(events));
    this.#commit = database.transaction((jobs: readonly Job[]) => jobs.map((job) => this.#run(job)));
    this.#totalChanges = database.prepare<[], number>('SELECT total_changes()').pluck();
  }

  /** Resolves with what `work` returned once that is durable; rejects when it was not committed. */
  run<T>(work: Work<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#refusal !== undefined) {
        reject(this.#refusal);
        return;
      }
      // `resolve` gets what this very `work` returned, so the cast cannot lie.
      this.#waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      // Everything that is parsed from the sockets in this turn of the event loop comes along.
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  /** Commits what waits, and refuses everything from now on. */
  close(): void {
    while (this.#waiting.length > 0) this.#flush();
    this.#refusal ??= new AppError('unavailable', 'The server is stopping.');
  }

  #flush(): void {
    const jobs = this.#waiting.splice(0, maxPerCommit);
    if (jobs.length === 0) return;
    if (this.#waiting.length > 0) setImmediate(() => this.#flush());

    let outcomes: readonly Outcome[];
    try {
      outcomes = this.#commit.immediate(jobs);
      this.#assertSame();
    } catch (error) {
      this.#fail(jobs, error);
      return;
    }
    const committedAt = performance.now();
    const done = outcomes.filter((outcome) => 'value' in outcome);
    const events = done.flatMap((one) => one.events);
    const rows = done.reduce((sum, one) => sum + one.rows, 0);
    jobs.forEach((job, i) => settle(job, outcomes[i]));
    this.#onCommit({ events, rows, committedAt });
  }

  #run(job: Job): Outcome {
    const events: InboxEvent[] = [];
    const before = this.#changes();
    try {
      const value = this.#savepoint(job, events);
      return { value, events, rows: this.#changes() - before };
    } catch (error) {
      // Some errors (a full disk, an I/O error) roll back everything, not the savepoint alone. Going on would write the
      // other requests outside of any transaction.
      if (!this.#database.inTransaction || isFailureForGood(error)) throw error;
      return { error };
    }
  }

  #fail(jobs: readonly Job[], error: unknown): void {
    const fault = faultOf(error);
    if (isFailureForGood(error)) {
      this.#refusal = new AppError('unavailable', 'The database has failed; the server is stopping.', {
        cause: error,
      });
    }
    for (const job of jobs) job.reject(fault);
    if (this.#refusal === undefined) return;
    for (const job of this.#waiting.splice(0)) job.reject(this.#refusal);
    // Last: whoever closes the store on hearing of it finds nothing left to write.
    this.#onFailure(error);
  }

  #changes(): number {
    return this.#totalChanges.get() ?? 0;
  }
}

function settle(job: Job, outcome: Outcome | undefined): void {
  if (outcome === undefined) job.reject(new Error('The commit has no outcome for this request.'));
  else if ('error' in outcome) job.reject(faultOf(outcome.error));
  else job.resolve(outcome.value);
}
