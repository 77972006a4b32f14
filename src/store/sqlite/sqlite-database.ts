import type { Database as Connection } from 'better-sqlite3';
import { AppError } from '../../domain/errors.ts';
import type { StoreParts } from '../../domain/store.ts';
import { GroupCommit } from '../group-commit.ts';
import { SqliteCommitter } from './committer.ts';
import { faultOf } from './faults.ts';
import type { FileWatch } from './file-watch.ts';
import type { Statements } from './statements.ts';
import type { Database } from '../../use-cases/transaction.ts';
import { SqliteReader } from './transaction.ts';

/** What an open database is made of. */
export interface Opened {
  readonly epoch: string;
  readonly database: Connection;
  readonly statements: Statements;
  readonly lock: { close: () => void };
  readonly files: Pick<FileWatch, 'assertSame'>;
}

/** SQLite as the use cases need it. One connection does everything, so all statements of one turn see one state. */
export function sqliteDatabase(
  { epoch, database, statements, lock, files }: Opened,
  parts: StoreParts,
): Database {
  const group = new GroupCommit(new SqliteCommitter({ database, statements, files, now: parts.now }), parts);
  const reader = new SqliteReader(statements);
  return {
    epoch,
    // Reads need no transaction: their statements run in one turn of the event loop, in which nothing is written.
    read: async (work) => {
      if (!database.open) throw new AppError('unavailable', 'The server is stopping.');
      try {
        return await work(reader);
      } catch (error) {
        throw faultOf(error);
      }
    },
    write: (work) => group.run(work),
    close: async () => {
      await group.close();
      database.close();
      // The lock goes last: another process may open the file as soon as it has the lock.
      lock.close();
    },
  };
}
