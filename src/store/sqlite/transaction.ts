import { emptyInbox, type Inbox, type InboxEvent } from '../../domain/inbox.ts';
import type { Queries, QueryName } from '../../use-cases/queries.ts';
import type { Key, Row, TableName } from '../../use-cases/rows.ts';
import type { Reader, Transaction } from '../../use-cases/transaction.ts';
import type { Statements } from './statements.ts';

/**
 * Rows of SQLite. Every answer is there at once: the promises are resolved ones, so between two statements of a use case
 * nothing runs but other use cases that wait for nothing either.
 */
export class SqliteReader implements Reader {
  protected readonly statements: Statements;

  constructor(statements: Statements) {
    this.statements = statements;
  }

  async get<T extends TableName>(table: T, key: Key<T>): Promise<Row<T> | undefined> {
    return this.statements.tables[table].get.get(key) as Row<T> | undefined;
  }

  async rows<Q extends QueryName>(query: Q, args: Queries[Q]['args']): Promise<readonly Queries[Q]['row'][]> {
    return this.statements.queries[query](args as never) as unknown as readonly Queries[Q]['row'][];
  }
}

/**
 * What the use cases of one commit do. They run one after the other, and no other connection writes, so there is nothing
 * to lock.
 */
export class SqliteTransaction extends SqliteReader implements Transaction {
  readonly now: number;
  /** What it tells, in order. */
  readonly events: InboxEvent[] = [];
  hasWork = false;
  readonly #inboxes = new Map<string, Inbox>();
  readonly #moved = new Set<string>();
  #rows = 0;

  constructor(statements: Statements, now: number) {
    super(statements);
    this.now = now;
  }

  /** Rows that it inserted, updated, or deleted so far. */
  get rowsWritten(): number {
    return this.#rows;
  }

  async lock(): Promise<void> {
    // Nobody else writes.
  }

  async claim(): Promise<boolean> {
    return true;
  }

  inbox(userId: string): Inbox {
    const known = this.#inboxes.get(userId) ?? this.#readInbox(userId);
    this.#inboxes.set(userId, known);
    return known;
  }

  setInbox(userId: string, inbox: Inbox): void {
    this.#inboxes.set(userId, inbox);
    this.#moved.add(userId);
  }

  insert<T extends TableName>(table: T, row: Row<T>): void {
    this.#rows += this.statements.tables[table].insert.run(row as never);
  }

  insertMissing<T extends TableName>(table: T, row: Row<T>): void {
    this.#rows += this.statements.tables[table].insertMissing.run(row as never);
  }

  put<T extends TableName>(table: T, row: Row<T>): void {
    this.#rows += this.statements.tables[table].put.run(row as never);
  }

  update<T extends TableName>(table: T, key: Key<T>, set: Partial<Row<T>>): void {
    const statement = this.statements.tables[table].update(Object.keys(set));
    this.#rows += statement.run({ ...set, ...key });
  }

  delete<T extends TableName>(table: T, key: Key<T>): void {
    this.#rows += this.statements.tables[table].take.run(key);
  }

  async take<T extends TableName>(table: T, key: Key<T>): Promise<Row<T> | undefined> {
    const row = this.statements.tables[table].take.get(key) as Row<T> | undefined;
    if (row !== undefined) this.#rows++;
    return row;
  }

  wake(): void {
    this.hasWork = true;
  }

  tell(event: InboxEvent): void {
    this.events.push(event);
  }

  /** Writes the inboxes that moved: once, however often they did. */
  finish(): void {
    for (const userId of this.#moved) {
      const { seq, floor, counts } = this.inbox(userId);
      this.put('inboxes', { userId, seq, floor, ...counts });
    }
  }

  #readInbox(userId: string): Inbox {
    const row = this.statements.tables.inboxes.get.get({ userId }) as Row<'inboxes'> | undefined;
    if (row === undefined) return emptyInbox;
    return { seq: row.seq, floor: row.floor, counts: { unread: row.unread, unseen: row.unseen } };
  }
}
