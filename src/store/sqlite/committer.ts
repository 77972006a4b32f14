import type { Database } from 'better-sqlite3';
import { AppError } from '../../domain/errors.ts';
import type { Committed, Committer, Outcome, Remedy, Work } from '../group-commit.ts';
import { faultOf, isFailureForGood } from './faults.ts';
import type { Statements } from './statements.ts';
import { SqliteTransaction } from './transaction.ts';

/** A commit that has written so many rows takes no further request: the next one gets its turn sooner. */
const maxRows = 1_000;

/** Commits on the one connection that writes to the file. */
export class SqliteCommitter implements Committer {
  readonly #database: Database;
  readonly #statements: Statements;
  readonly #now: () => number;
  readonly #begin;
  readonly #commit;

  constructor(database: Database, statements: Statements, now: () => number) {
    this.#database = database;
    this.#statements = statements;
    this.#now = now;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  /** Between BEGIN and COMMIT only resolved promises are awaited, so no other turn of the event loop comes in between. */
  async commit(works: readonly Work<unknown>[]): Promise<Committed> {
    this.#begin.run();
    try {
      const tx = new SqliteTransaction(this.#statements, this.#now());
      const outcomes: Outcome[] = [];
      for (const work of works) outcomes.push(tx.rowsWritten < maxRows ? await outcomeOf(tx, work) : 'later');
      tx.finish();
      this.#commit.run();
      return { outcomes, events: tx.events, rows: tx.rowsWritten };
    } catch (error) {
      // Some errors (a full disk, an I/O error) have rolled back everything already.
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  async remedyFor(error: unknown): Promise<Remedy> {
    if (isFailureForGood(error)) return 'fail';
    return faultOf(error) instanceof AppError ? 'refuse' : 'alone';
  }

  faultOf(error: unknown): unknown {
    return faultOf(error);
  }
}

/** @throws what fails the whole transaction: everything but an AppError, which a use case throws before it writes. */
async function outcomeOf(tx: SqliteTransaction, work: Work<unknown>): Promise<Outcome> {
  const rows = tx.rowsWritten;
  try {
    return { value: await work(tx) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (tx.rowsWritten > rows)
      throw new Error('A use case threw an AppError after it had written.', { cause: error });
    return { error };
  }
}
