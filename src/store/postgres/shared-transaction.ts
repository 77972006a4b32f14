import { emptyInbox, type Inbox, type InboxEvent } from '../../domain/inbox.ts';
import type { Queries, QueryName } from '../../use-cases/queries.ts';
import type { Key, Row, TableName } from '../../use-cases/rows.ts';
import type { Connection } from './connection.ts';
import { PostgresReader } from './reader.ts';
import { type Prepared, rowsOf, tables } from './statements.ts';

type Values = Readonly<Record<string, unknown>>;
export type Act = 'insert' | 'insertMissing' | 'put' | 'update' | 'delete';

/** Rows to be written by one statement. */
interface Unsent {
  readonly table: TableName;
  readonly act: Act;
  /** Which columns are set by an update; empty for all others, which have all. */
  readonly columns: string;
  readonly rows: Values[];
  /** The keys of the rows: one statement can write each row once. */
  readonly keys: Set<string>;
}

/**
 * One transaction that many requests share, on a connection that it has for itself. Statements go out at once, in the
 * order in which they were called, without waiting for each other's answers; what is asked or written many times within
 * a moment goes out as one statement.
 */
export class SharedTransaction {
  /** What it tells, in order. */
  readonly events: InboxEvent[] = [];
  hasWork = false;
  readonly #connection: Connection;
  readonly #inboxes = new Map<string, Inbox>();
  readonly #moved = new Set<string>();
  readonly #sent: Promise<unknown>[] = [];
  readonly #reader = new PostgresReader((statement) => this.#run(statement));
  #unsent: Unsent[] = [];
  #rows = 0;
  #hasWritten = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    void this.#send(() => connection.query('BEGIN'));
  }

  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** Rows that it inserted, updated, or deleted so far. */
  get rowsWritten(): number {
    return this.#rows;
  }

  /** Why nothing more can be done in it: the first thing that went wrong. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  get<T extends TableName>(table: T, key: Key<T>): Promise<Row<T> | undefined> {
    return this.#reader.get(table, key);
  }

  rows<Q extends QueryName>(query: Q, args: Queries[Q]['args']): Promise<readonly Queries[Q]['row'][]> {
    return this.#reader.rows(query, args);
  }

  /**
   * Takes names, unless another transaction has them. PostgreSQL drops them with the transaction, however that ends.
   * @returns those that were taken.
   */
  async claim(names: readonly string[], mode: 'exclusive' | 'shared'): Promise<ReadonlySet<string>> {
    const lock = mode === 'shared' ? 'pg_try_advisory_xact_lock_shared' : 'pg_try_advisory_xact_lock';
    const { rows } = await this.#run({
      name: `claim ${mode}`,
      text: `SELECT name, ${lock}(hashtextextended(name, 0)) FROM unnest($1::text[]) name`,
      values: [names],
      rowMode: 'array',
    });
    return new Set(rows.flatMap(([name, isTaken]) => (isTaken === true ? [String(name)] : [])));
  }

  /**
   * Locks these users' inboxes, one after the other by user id, and makes those that are not there.
   * @param waits whether to wait for those that another transaction has.
   * @returns those that are locked.
   */
  async lockUsers(userIds: readonly string[], waits: boolean): Promise<ReadonlySet<string>> {
    const sorted = userIds.toSorted();
    let missing = await this.#lockInboxes(sorted, waits);
    if (missing.length > 0) {
      await this.#run({
        name: 'make inboxes',
        text: `INSERT INTO carillon.inboxes SELECT u, 0, 0, 0, 0 FROM unnest($1::text[]) u ORDER BY u COLLATE "C"
          ON CONFLICT DO NOTHING`,
        values: [missing],
        rowMode: 'array',
      });
      missing = await this.#lockInboxes(missing, waits);
    }
    return new Set(sorted.filter((userId) => !missing.includes(userId)));
  }

  /** Locks these activities, one after the other by id. @returns those that are locked, and those that are not there */
  async lockActivities(ids: readonly string[], waits: boolean): Promise<ReadonlySet<string>> {
    const { rows } = await this.#run({
      name: `lock activities${waits ? ' waiting' : ''}`,
      text: `SELECT id FROM carillon.activities WHERE id = ANY($1::uuid[]) ORDER BY id
        FOR NO KEY UPDATE${waits ? '' : ' SKIP LOCKED'}`,
      values: [ids],
      rowMode: 'array',
    });
    return new Set(rows.map(([id]) => String(id)));
  }

  /** The inbox of a user whose inbox is locked, with everything that was done in this transaction. */
  inbox(userId: string): Inbox {
    return this.#inboxes.get(userId) ?? emptyInbox;
  }

  setInbox(userId: string, inbox: Inbox): void {
    this.#hasWritten = true;
    this.#inboxes.set(userId, inbox);
    this.#moved.add(userId);
  }

  /** Writes a row, together with others of its kind. */
  write(table: TableName, act: Act, row: Values): void {
    this.#hasWritten = true;
    const key = tables[table].key.map((name) => String(row[name])).join(' ');
    const columns = act === 'update' ? Object.keys(row).join() : '';
    const last = this.#unsent.findLast(({ table: other }) => other === table);
    // The writes of one table keep their order; one statement has a row once.
    if (last?.act === act && last.columns === columns && !last.keys.has(key)) {
      last.rows.push(row);
      last.keys.add(key);
    } else {
      this.#unsent.push({ table, act, columns, rows: [row], keys: new Set([key]) });
    }
  }

  /** Deletes a row and returns it. */
  async take<T extends TableName>(table: T, key: Key<T>): Promise<Row<T> | undefined> {
    this.#hasWritten = true;
    const [row] = rowsOf(await this.#run(tables[table].take([key])));
    if (row !== undefined) this.#rows++;
    return row as Row<T> | undefined;
  }

  wake(): void {
    this.hasWork = true;
  }

  tell(event: InboxEvent): void {
    this.events.push(event);
  }

  /** Sends everything but the commit. After a connection that is lost up to here, nothing was committed. */
  async settle(): Promise<void> {
    for (const userId of [...this.#moved].sort()) {
      const { seq, floor, counts } = this.inbox(userId);
      this.write('inboxes', 'update', { userId, seq, floor, ...counts });
    }
    this.#flush();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** @throws what kept it from being committed; after a lost connection nobody knows whether it was. */
  async commit(): Promise<void> {
    const { command } = await this.#send(() => this.#connection.query('COMMIT'));
    await Promise.allSettled(this.#sent);
    // PostgreSQL answers the commit of a transaction that failed with a rollback.
    if (this.#failure !== undefined) throw this.#failure.error;
    if (command !== 'COMMIT') throw new Error(`PostgreSQL answered the commit with ${command}.`);
  }

  async rollBack(): Promise<void> {
    this.#unsent = [];
    await this.#send(() => this.#connection.query('ROLLBACK'));
    await Promise.allSettled(this.#sent);
  }

  /** @returns those that are not locked: another transaction has them, or there are none. */
  async #lockInboxes(userIds: readonly string[], waits: boolean): Promise<string[]> {
    const rows = rowsOf(
      await this.#run({
        name: `lock inboxes${waits ? ' waiting' : ''}`,
        text: `SELECT user_id, seq, floor, unread, unseen FROM carillon.inboxes WHERE user_id = ANY($1::text[])
          ORDER BY user_id FOR NO KEY UPDATE${waits ? '' : ' SKIP LOCKED'}`,
        values: [userIds],
        rowMode: 'array',
      }),
    ) as unknown as Row<'inboxes'>[];
    for (const { userId, seq, floor, unread, unseen } of rows) {
      this.#inboxes.set(userId, { seq, floor, counts: { unread, unseen } });
    }
    return userIds.filter((userId) => !this.#inboxes.has(userId));
  }

  #run(statement: Prepared) {
    return this.#send(() => this.#connection.run(statement));
  }

  #send<T>(run: () => Promise<T>): Promise<T> {
    this.#flush();
    const sent = run();
    this.#sent.push(sent);
    sent.catch((error: unknown) => (this.#failure ??= { error }));
    return sent;
  }

  /** Sends what was to be written, so that the next statement finds it. */
  #flush(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const { table, act, rows } of unsent) {
      const sent = this.#connection.run(tables[table][act](rows));
      this.#sent.push(sent);
      sent.then(
        ({ rowCount }) => (this.#rows += rowCount ?? 0),
        // What goes wrong fails the whole transaction, and is told there.
        (error: unknown) => (this.#failure ??= { error }),
      );
    }
  }
}
