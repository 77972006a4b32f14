import { emptyInbox, type Inbox, type InboxEvent } from '../../domain/inbox.ts';
import { inboxOf } from '../rows.ts';
import type { Connection } from './connection.ts';
import { Gather } from './gather.ts';
import type { comments, idempotencyKeys, inboxEvents, notifications, reports, tickets } from './schema.ts';
import type { Statements } from './statements.ts';

type Row<T extends { $inferSelect: unknown }> = Readonly<T['$inferSelect']>;

/** A row to be inserted, by the statement that inserts many of its kind. */
interface Rows {
  insertReports: Row<typeof reports>;
  insertComments: Row<typeof comments>;
  insertNotifications: Row<typeof notifications>;
  insertEvents: Row<typeof inboxEvents>;
  insertTickets: Row<typeof tickets>;
  setIdempotencyKeys: Row<typeof idempotencyKeys>;
}

/** An idempotency key that a request came with. */
export interface KeyState {
  /** Whether this transaction alone has it. */
  readonly isTaken: boolean;
  /** What was stored under it. */
  readonly known: Row<typeof idempotencyKeys> | undefined;
}

/** Looks whether something that a transaction inserted is there. */
type Witness = (statements: Statements) => Promise<boolean>;

/** What is unmistakable of a row that was inserted. */
const witnesses: { [K in keyof Rows]?: (row: Rows[K]) => Witness } = {
  insertReports:
    ({ id }) =>
    async (statements) =>
      (await statements.report.execute({ id })).length > 0,
  insertComments:
    ({ reportId, id }) =>
    async (statements) =>
      (await statements.comment.execute({ reportId, id })).length > 0,
  insertEvents:
    ({ userId, seq, data }) =>
    async (statements) =>
      (await statements.log.execute({ userId, after: seq - 1, limit: 1 })).some(
        ({ page }) => page?.data === data,
      ),
};

interface Pair {
  readonly first: string;
  readonly second: string;
}

/** What two texts are together; the first has no spaces. */
const keyOfPair = ({ first, second }: Pair) => `${first} ${second}`;

/**
 * One transaction that many requests share, on a connection that it has for itself. Statements go out at once, in the
 * order in which they were called, without waiting for each other's answers; what is asked or inserted many times within
 * a moment goes out as one statement.
 */
export class Transaction {
  /** What it tells, in order. */
  readonly events: InboxEvent[] = [];
  readonly #connection: Connection;
  readonly #statements: Statements;
  readonly #now: number;
  readonly #inboxes = new Map<string, Inbox>();
  readonly #moved = new Set<string>();
  readonly #sent: Promise<unknown>[] = [];
  readonly #unsent = new Map<keyof Rows, Rows[keyof Rows][]>();
  readonly #id: Promise<string>;
  #rows = 0;
  #witness: Witness | undefined;
  #hasWritten = false;
  #isCommitting = false;
  #failure: { readonly error: unknown } | undefined;

  /** @param now Unix milliseconds. */
  constructor(connection: Connection, now: number) {
    this.#connection = connection;
    this.#statements = connection.statements;
    this.#now = now;
    void this.#send(() => connection.query('BEGIN'));
    this.#id = this.#send(() => connection.query('SELECT pg_current_xact_id()::text AS id')).then(
      ({ rows: [row] }) => (row as { id: string }).id,
    );
    this.#id.catch(() => undefined); // It is kept, as the failure of the whole transaction.
  }

  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** Whether the commit was sent: from then on a lost connection does not say that it came to nothing. */
  get isCommitting(): boolean {
    return this.#isCommitting;
  }

  /** Rows that it inserted, updated, or deleted so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Why nothing more can be done in it: the first thing that went wrong. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  readonly #reports = new Gather<string, Row<typeof reports>>(
    (id) => id,
    async (ids) => {
      const rows = await this.#send(() => this.#statements.reportsOf.execute({ ids }));
      return new Map(rows.map((row) => [row.id, row]));
    },
  );
  readonly #comments = new Gather<Pair, Row<typeof comments>>(keyOfPair, async (asked) => {
    const pairs = { reportIds: asked.map(({ first }) => first), ids: asked.map(({ second }) => second) };
    const rows = await this.#send(() => this.#statements.commentsOf.execute(pairs));
    return new Map(rows.map((row) => [keyOfPair({ first: row.reportId, second: row.id }), row]));
  });
  readonly #notifications = new Gather<Pair, Row<typeof notifications>>(keyOfPair, async (asked) => {
    const pairs = { userIds: asked.map(({ first }) => first), ids: asked.map(({ second }) => second) };
    const rows = await this.#send(() => this.#statements.notificationsOf.execute(pairs));
    return new Map(rows.map((row) => [keyOfPair({ first: row.userId, second: row.id }), row]));
  });
  readonly #keys = new Gather<Pair, KeyState>(keyOfPair, async (asked) => {
    const pairs = { userIds: asked.map(({ first }) => first), keys: asked.map(({ second }) => second) };
    // Read after they are taken: by then whoever had one before has committed.
    const [taken, known] = await Promise.all([
      this.#send(() => this.#statements.takeKeys.execute(pairs)),
      this.#send(() => this.#statements.idempotencyKeysOf.execute({ ...pairs, now: this.#now })),
    ]);
    const rows = new Map(known.map((row) => [keyOfPair({ first: row.userId, second: row.key }), row]));
    return new Map(
      taken.map(({ userId, key, isTaken }) => {
        const name = keyOfPair({ first: userId, second: key });
        return [name, { isTaken, known: rows.get(name) }];
      }),
    );
  });

  report(id: string) {
    return this.#reports.get(id);
  }

  comment(reportId: string, id: string) {
    return this.#comments.get({ first: reportId, second: id });
  }

  notification(userId: string, id: string) {
    return this.#notifications.get({ first: userId, second: id });
  }

  /** Takes the key until the end of the transaction, if no other has it. */
  async idempotencyKey(userId: string, key: string): Promise<KeyState> {
    return (await this.#keys.get({ first: userId, second: key })) ?? { isTaken: false, known: undefined };
  }

  /** Locks these users' inboxes, in the order in which every transaction does it. To be called once. */
  async lock(userIds: readonly string[]): Promise<void> {
    if (userIds.length === 0) return;
    const sorted = userIds.toSorted();
    const [, rows] = await Promise.all([
      this.#send(() => this.#statements.lockInboxes.execute({ userIds: sorted })),
      this.#send(() => this.#statements.inboxesOf.execute({ userIds: sorted })),
    ]);
    for (const row of rows) this.#inboxes.set(row.userId, inboxOf(row));
  }

  /** The inbox of a user whose inbox is locked, with everything that was done in this transaction. */
  inbox(userId: string): Inbox {
    return this.#inboxes.get(userId) ?? emptyInbox;
  }

  setInbox(userId: string, inbox: Inbox): void {
    this.#inboxes.set(userId, inbox);
    this.#moved.add(userId);
  }

  /** Inserts a row, together with others of its kind. */
  insert<K extends keyof Rows>(statement: K, row: Rows[K]): void {
    this.#hasWritten = true;
    this.#witness ??= witnesses[statement]?.(row);
    const rows = this.#unsent.get(statement);
    if (rows === undefined) this.#unsent.set(statement, [row]);
    else rows.push(row);
  }

  /** Runs one of the statements that change rows, whose number counts. */
  write(run: (statements: Statements) => Promise<{ readonly rowCount: number | null }>): void {
    this.#hasWritten = true;
    // What goes wrong fails the whole transaction, and is told there.
    this.#send(() => run(this.#statements)).then(
      ({ rowCount }) => (this.#rows += rowCount ?? 0),
      () => undefined,
    );
  }

  /** Runs one of the statements that change rows and return them. */
  async change<T>(run: (statements: Statements) => Promise<readonly T[]>): Promise<readonly T[]> {
    this.#hasWritten = true;
    const rows = await this.#send(() => run(this.#statements));
    this.#rows += rows.length;
    return rows;
  }

  /** Runs one of the statements that read. */
  read<T>(run: (statements: Statements) => Promise<T>): Promise<T> {
    return this.#send(() => run(this.#statements));
  }

  /** @throws what kept it from being committed; after a lost connection `outcome` may know better. */
  async commit(): Promise<void> {
    this.#flush();
    if (this.#moved.size > 0) this.#setInboxes();
    await this.#id; // Without it nobody could ask what came of the commit.
    this.#isCommitting = true;
    const { command } = await this.#send(() => this.#connection.query('COMMIT'));
    await Promise.allSettled(this.#sent);
    // PostgreSQL answers the commit of a transaction that failed with a rollback.
    if (this.#failure !== undefined) throw this.#failure.error;
    if (command !== 'COMMIT') throw new Error(`PostgreSQL answered the commit with ${command}.`);
  }

  /**
   * What came of a commit whose answer was lost, asked on another connection. The number of a transaction may be given
   * again after a crash, so what the transaction wrote has to be there as well.
   */
  async outcome(connection: Connection): Promise<'committed' | 'aborted' | 'in progress' | 'unknown'> {
    const { rows } = await connection.query(
      `SELECT CASE WHEN $1::xid8 < pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status($1::xid8) ELSE 'aborted' END AS status`,
      [await this.#id],
    );
    const { status } = rows[0] as { status: 'committed' | 'aborted' | 'in progress' | null };
    if (status !== 'committed') return status ?? 'unknown';
    if (this.#witness === undefined) return 'unknown';
    return (await this.#witness(connection.statements)) ? 'committed' : 'aborted';
  }

  async rollBack(): Promise<void> {
    await this.#send(() => this.#connection.query('ROLLBACK'));
    await Promise.allSettled(this.#sent);
  }

  #setInboxes(): void {
    const moved = [...this.#moved].sort().map((userId) => ({ userId, ...this.inbox(userId) }));
    const columns = {
      userId: moved.map(({ userId }) => userId),
      seq: moved.map(({ seq }) => seq),
      unread: moved.map(({ counts }) => counts.unread),
      unseen: moved.map(({ counts }) => counts.unseen),
    };
    this.write((statements) => statements.setInboxes.execute(columns));
  }

  #send<T>(run: () => Promise<T>): Promise<T> {
    this.#flush();
    const sent = run();
    this.#sent.push(sent);
    sent.catch((error: unknown) => (this.#failure ??= { error }));
    return sent;
  }

  /** Sends what was to be inserted, so that the next statement finds it. */
  #flush(): void {
    if (this.#unsent.size === 0) return;
    const unsent = [...this.#unsent];
    this.#unsent.clear();
    for (const [statement, rows] of unsent) {
      const columns = columnsOf(rows);
      this.write((statements) => statements[statement].execute(columns));
    }
  }
}

/** Each column's values as one array. */
function columnsOf(rows: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown[]> {
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
}
