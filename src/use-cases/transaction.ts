import type { Inbox, InboxEvent } from '../domain/inbox.ts';
import type { Queries, QueryName } from './queries.ts';
import type { Key, Row, TableName } from './rows.ts';

/** Reads rows. What one call returns is of one moment. */
export interface Reader {
  /** @returns undefined when there is no such row. */
  get<T extends TableName>(table: T, key: Key<T>): Promise<Row<T> | undefined>;
  /** The rows of one of the queries that the store knows by name. */
  rows<Q extends QueryName>(query: Q, args: Queries[Q]['args']): Promise<readonly Queries[Q]['row'][]>;
}

/** What a use case holds until the end of its transaction, so that no other transaction changes it meanwhile. */
export interface Locks {
  /** Activities, by id. */
  readonly activities?: readonly string[];
  /** Users, by id: their inboxes, and everything else that is theirs alone. */
  readonly users: readonly string[];
}

/**
 * What a use case sees of the database: rows, inside a transaction that it may share with other use cases. It goes in
 * three parts, in this order:
 *
 * 1. It reads.
 * 2. It calls `lock`, at most once. From then on nobody else changes what it locked. What it read before may have
 *    changed, so it reads again what the decision depends on.
 * 3. It writes. It throws an AppError only before its first write: the writes of several use cases are committed together.
 *
 * It may run again from the start in another transaction, so it changes nothing but through this. It awaits nothing but
 * this: in SQLite nothing may come between its statements.
 */
export interface Transaction extends Reader {
  /** Unix milliseconds. */
  readonly now: number;
  lock(locks: Locks): Promise<void>;
  /**
   * Takes a name until the end of the transaction.
   * @returns false when another transaction has it; `shared` ones exclude only those that are not.
   */
  claim(name: string, mode?: 'exclusive' | 'shared'): Promise<boolean>;
  /** The inbox of a user who is locked, with everything that was done in this transaction. */
  inbox(userId: string): Inbox;
  setInbox(userId: string, inbox: Inbox): void;

  /** What goes wrong with a write fails the transaction. */
  insert<T extends TableName>(table: T, row: Row<T>): void;
  /** Inserts the row, unless there is one with its key. */
  insertMissing<T extends TableName>(table: T, row: Row<T>): void;
  /** Inserts the row, or replaces the one with its key. */
  put<T extends TableName>(table: T, row: Row<T>): void;
  /** Changes columns of a row that is there. */
  update<T extends TableName>(table: T, key: Key<T>, set: Partial<Row<T>>): void;
  delete<T extends TableName>(table: T, key: Key<T>): void;
  /** Deletes a row. @returns the row; undefined when there was none, or another transaction deleted it. */
  take<T extends TableName>(table: T, key: Key<T>): Promise<Row<T> | undefined>;
  /** Tells after the commit that something is left for `work`. */
  wake(): void;
  /** Tells an event after the commit. */
  tell(event: InboxEvent): void;
}

/** Thrown by a use case, before it writes, to run again from the start in the next transaction. */
export class Later extends Error {
  override readonly name = 'Later';
}

/** A database, as the use cases need it. */
export interface Database {
  readonly epoch: string;
  readonly read: <T>(work: (reader: Reader) => Promise<T>) => Promise<T>;
  /** Runs `work` in a transaction. @returns what it returned, once that is durable */
  readonly write: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}
