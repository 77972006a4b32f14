import type { Database } from 'better-sqlite3';
import { AppError } from '../../domain/errors.ts';
import { Later } from '../../use-cases/transaction.ts';
import type { Committed, Committer, Outcome, Remedy, Work } from '../group-commit.ts';
import { faultOf, isFailureForGood } from './faults.ts';
import type { FileWatch } from './file-watch.ts';
import type { Statements } from './statements.ts';
import { SqliteTransaction } from './transaction.ts';

/** A commit that has written so many rows takes no further request: the next one gets its turn sooner. */
const maxRows = 1_000;

interface CommitterParts {
  readonly database: Database;
  readonly statements: Statements;
  /** Throws when what was committed is in files that are gone. */
  readonly files: Pick<FileWatch, 'assertSame'>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Commits on the one connection that writes to the file. */
export class SqliteCommitter implements Committer {
  readonly #parts: CommitterParts;
  readonly #begin;
  readonly #commit;

  constructor(parts: CommitterParts) {
    const { database } = parts;
    this.#parts = parts;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  /** Between BEGIN and COMMIT only resolved promises are awaited, so no other turn of the event loop comes in between. */
  async commit(works: readonly Work<unknown>[]): Promise<Committed> {
    const { database, statements, files, now } = this.#parts;
    // IMMEDIATE takes the lock for writing at once; later SQLite could refuse it.
    this.#begin.run();
    try {
      const tx = new SqliteTransaction(statements, now());
      const outcomes: Outcome[] = [];
      for (const work of works) outcomes.push(tx.rowsWritten < maxRows ? await outcomeOf(tx, work) : 'later');
      tx.finish();
      this.#commit.run();
      // A commit into a file that was replaced is lost, so this is looked at before anybody hears of the commit.
      files.assertSame();
      return { outcomes, events: tx.events, hasWork: tx.hasWork, rows: tx.rowsWritten };
    } catch (error) {
      // Some errors (a full disk, an I/O error) have rolled back everything already.
      if (database.inTransaction) database.exec('ROLLBACK');
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
    if (error instanceof Later) return 'later';
    if (!(error instanceof AppError)) throw error;
    if (tx.rowsWritten > rows)
      throw new Error('A use case threw an AppError after it had written.', { cause: error });
    return { error };
  }
}
