import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import type { Committed, Committer, Outcome, Remedy, Work } from '../group-commit.ts';
import type { Connection } from './connection.ts';
import { faultOf, isConflict, isConnectionLost, isOutage } from './faults.ts';
import { Requests } from './requests.ts';
import { SharedTransaction } from './shared-transaction.ts';
import type { Writer } from './writer.ts';

/** How often a transaction is tried that failed for a reason that may pass. */
const maxTries = 4;

interface CommitterParts {
  readonly writer: Writer;
  /** Unix milliseconds. */
  readonly now: () => number;
  /**
   * Does a work that needs something that another transaction has, and is told what that is. Without it the committer
   * waits.
   */
  readonly whenBusy?: (work: Work<unknown>, busy: string, cause: string | undefined) => Promise<unknown>;
}

/** Commits over one connection. */
export class PostgresCommitter implements Committer {
  readonly #parts: CommitterParts;

  constructor(parts: CommitterParts) {
    this.#parts = parts;
  }

  async commit(works: readonly Work<unknown>[]): Promise<Committed> {
    const { writer, now, whenBusy } = this.#parts;
    const connection = await writer.connection();
    const shared = new SharedTransaction(connection);
    const requests = new Requests(shared, now(), whenBusy === undefined);
    try {
      const outcomes = await requests.run(works);
      // What only read has nothing to make durable, and saves the wait for the disk.
      if (shared.hasWritten) await this.#finish(connection, shared);
      else await this.#rollBack(connection, shared);
      return {
        outcomes: outcomes.map((outcome, i) => this.#outcomeOf(outcome, works[i])),
        events: shared.events,
        hasWork: shared.hasWork,
        rows: shared.rowsWritten,
      };
    } catch (error) {
      if (!(error instanceof AppError)) await this.#rollBack(connection, shared);
      throw error instanceof AppError ? error : (shared.failure?.error ?? error);
    }
  }

  async remedyFor(error: unknown, tries: number): Promise<Remedy> {
    const mayPass = isConflict(error) || isConnectionLost(error);
    if (mayPass && tries < maxTries) {
      // Transactions that got into each other's way must not do so again.
      if (isConflict(error)) await sleep(Math.random() * 20 * tries);
      return 'again';
    }
    return isOutage(error) || error instanceof AppError ? 'refuse' : 'alone';
  }

  faultOf(error: unknown): unknown {
    return faultOf(error);
  }

  #outcomeOf(
    outcome: Awaited<ReturnType<Requests['run']>>[number],
    work: Work<unknown> | undefined,
  ): Outcome {
    if (outcome === 'later' || !('busy' in outcome)) return outcome;
    const { whenBusy } = this.#parts;
    // A committer that waits finds nothing busy but what is not there.
    if (whenBusy === undefined || work === undefined) {
      return { error: new AppError('not_found', `There is no ${outcome.busy}.`) };
    }
    return { elsewhere: (cause) => whenBusy(work, outcome.busy, cause) };
  }

  /** @throws what kept it from being committed, or an AppError when that cannot be known. */
  async #finish(connection: Connection, shared: SharedTransaction): Promise<void> {
    let isCommitting = false;
    try {
      await shared.settle();
      isCommitting = true;
      await shared.commit();
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      this.#parts.writer.drop(connection);
      // Before COMMIT was sent PostgreSQL rolls back by itself, so all may be tried again.
      if (!isCommitting) throw error;
      throw new AppError(
        'unavailable',
        'The database was lost while it committed this, so it may have been kept or not. Repeat the request with the same Idempotency-Key.',
        { cause: error },
      );
    }
  }

  async #rollBack(connection: Connection, shared: SharedTransaction): Promise<void> {
    try {
      await shared.rollBack();
    } catch {
      this.#parts.writer.drop(connection); // Which rolls back as well.
    }
  }
}
