import { AppError } from '../../domain/errors.ts';
import type { Inbox, InboxEvent } from '../../domain/inbox.ts';
import type { Queries, QueryName } from '../../use-cases/queries.ts';
import type { Key, Row, TableName } from '../../use-cases/rows.ts';
import { Later, type Locks, type Transaction } from '../../use-cases/transaction.ts';
import type { Outcome, Work } from '../group-commit.ts';
import { Gather } from './gather.ts';
import type { Act, SharedTransaction } from './shared-transaction.ts';

/** A commit takes no further requests once it changes this many inboxes. */
const maxUsers = 500;

/** What becomes of a request that does not run in this transaction. */
type Elsewhere = 'later' | { readonly busy: string };

/** Leaves a use case that has not written yet, so that nothing of it is to be undone. */
class NotNow extends Error {
  readonly outcome: Elsewhere;

  constructor(outcome: Elsewhere) {
    super('This request runs in another transaction.');
    this.outcome = outcome;
  }
}

/** A request that has read and asks for its locks. */
interface Waiting {
  readonly request: Request;
  readonly locks: Locks;
  readonly admit: (before: readonly Promise<unknown>[]) => void;
  readonly refuse: (reason: unknown) => void;
}

/** `busy` names something that the request needs and another transaction has. */
export type RequestOutcome = Outcome | { readonly busy: string };

/**
 * Runs the requests of one transaction. All read first; when each of them has come to its `lock`, or to its end, what
 * they need is locked for all of them in one order. Then those that share something go on one after the other.
 */
export class Requests {
  readonly #shared: SharedTransaction;
  readonly #now: number;
  readonly #waits: boolean;
  readonly #claims = new Map<string, Gather<string, true>>();
  /** What was claimed here: PostgreSQL lets one transaction have the same name several times. */
  readonly #claimed = new Map<string, 'exclusive' | 'shared'>();
  /** Requests that have neither come to their lock nor ended. */
  #reading = 0;
  #waiting: Waiting[] = [];

  /** @param waits whether to wait for locks that another transaction has, rather than to call its request `busy`. */
  constructor(shared: SharedTransaction, now: number, waits: boolean) {
    this.#shared = shared;
    this.#now = now;
    this.#waits = waits;
  }

  /** @throws what fails the whole transaction. */
  async run(works: readonly Work<unknown>[]): Promise<readonly RequestOutcome[]> {
    this.#reading = works.length;
    // `allSettled`: while one request still sends statements, the transaction must not be rolled back under it.
    const results = await Promise.allSettled(works.map((work) => this.#runOne(work)));
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  /** Called by a request that has read. @returns what to wait for before it goes on */
  lock(request: Request, locks: Locks): Promise<readonly Promise<unknown>[]> {
    return new Promise((admit, refuse) => {
      this.#waiting.push({ request, locks, admit, refuse });
      this.#hasRead();
    });
  }

  async claim(name: string, mode: 'exclusive' | 'shared'): Promise<boolean> {
    const other = this.#claimed.get(name);
    // PostgreSQL gives a transaction the same lock twice, so two requests that share one are kept apart here.
    if (other !== undefined && (other === 'exclusive' || mode === 'exclusive')) return false;
    this.#claimed.set(name, mode);
    const gather = this.#claims.get(mode) ?? this.#gatherOf(mode);
    return (await gather.get(name)) === true;
  }

  async #runOne(work: Work<unknown>): Promise<RequestOutcome> {
    const request = new Request(this.#shared, this, this.#now);
    try {
      return { value: await work(request) };
    } catch (error) {
      if (error instanceof NotNow) return error.outcome;
      if (error instanceof Later) return 'later';
      if (!(error instanceof AppError)) throw error;
      if (request.hasWritten)
        throw new Error('A use case threw an AppError after it had written.', { cause: error });
      return { error };
    } finally {
      // Requests behind this one wait for its end, also after an error. A request that has locked was counted then.
      request.end();
      if (!request.hasLocked) this.#hasRead();
    }
  }

  #hasRead(): void {
    // The last request that has read starts the locking: one statement for all of them.
    this.#reading--;
    if (this.#reading > 0 || this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#lockFor(waiting).catch((error: unknown) => {
      for (const { refuse } of waiting) refuse(error);
    });
  }

  async #lockFor(waiting: readonly Waiting[]): Promise<void> {
    const users = new Set<string>();
    const taken = waiting.filter(({ locks, refuse }) => {
      // A commit is kept small, because it holds the locks of its inboxes until its end.
      const isFull = users.size >= maxUsers;
      if (isFull) refuse(new NotNow('later'));
      else for (const user of locks.users) users.add(user);
      return !isFull;
    });
    const locked = await this.#lockAll(taken);
    // Requests that change the same inbox go on one after the other, in the order in which they came.
    const lastOf = new Map<string, Promise<unknown>>();
    for (const { request, locks, admit, refuse } of taken) {
      const names = namesOf(locks);
      const missing = names.find((name) => !locked.has(name));
      if (missing !== undefined) {
        // Only this request goes to where it can wait; the others are not held up.
        refuse(new NotNow({ busy: missing }));
        continue;
      }
      admit(names.flatMap((name) => lastOf.get(name) ?? []));
      for (const name of names) lastOf.set(name, request.ended);
    }
  }

  /** Locks in one order for everything: activities by id, then inboxes by user id. @returns the names that are locked */
  // Every process locks in this order, or two of them could wait for each other for ever.
  async #lockAll(waiting: readonly Waiting[]): Promise<ReadonlySet<string>> {
    const activities = new Set(waiting.flatMap(({ locks }) => locks.activities ?? []));
    const users = new Set(waiting.flatMap(({ locks }) => locks.users));
    const noneLocked: ReadonlySet<string> = new Set();
    const lockedActivities =
      activities.size === 0 ? noneLocked : await this.#shared.lockActivities([...activities], this.#waits);
    const lockedUsers = users.size === 0 ? noneLocked : await this.#shared.lockUsers([...users], this.#waits);
    return new Set(namesOf({ activities: [...lockedActivities], users: [...lockedUsers] }));
  }

  #gatherOf(mode: 'exclusive' | 'shared'): Gather<string, true> {
    const gather = new Gather<string, true>(
      (name) => name,
      async (names) => new Map([...(await this.#shared.claim(names, mode))].map((name) => [name, true])),
    );
    this.#claims.set(mode, gather);
    return gather;
  }
}

function namesOf({ activities = [], users }: Locks): readonly string[] {
  return [...activities.map((id) => `activity ${id}`), ...users.map((id) => `user ${id}`)];
}

/** The part of one request in a transaction that it shares with others. */
class Request implements Transaction {
  readonly now: number;
  /** Resolves when the request has done everything. */
  readonly ended: Promise<undefined>;
  readonly end: () => void;
  readonly #shared: SharedTransaction;
  readonly #requests: Requests;
  #hasLocked = false;
  #hasWritten = false;

  constructor(shared: SharedTransaction, requests: Requests, now: number) {
    this.#shared = shared;
    this.#requests = requests;
    this.now = now;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.ended = promise;
    this.end = () => resolve(undefined);
  }

  get hasLocked(): boolean {
    return this.#hasLocked;
  }

  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  get<T extends TableName>(table: T, key: Key<T>): Promise<Row<T> | undefined> {
    return this.#shared.get(table, key);
  }

  rows<Q extends QueryName>(query: Q, args: Queries[Q]['args']): Promise<readonly Queries[Q]['row'][]> {
    return this.#shared.rows(query, args);
  }

  async lock(locks: Locks): Promise<void> {
    if (this.#hasLocked)
      throw new Error('A use case locks once: a second lock could break the order of all locks.');
    this.#hasLocked = true;
    const before = await this.#requests.lock(this, locks);
    await Promise.all(before);
  }

  claim(name: string, mode: 'exclusive' | 'shared' = 'exclusive'): Promise<boolean> {
    return this.#requests.claim(name, mode);
  }

  inbox(userId: string): Inbox {
    return this.#shared.inbox(userId);
  }

  setInbox(userId: string, inbox: Inbox): void {
    this.#hasWritten = true;
    this.#shared.setInbox(userId, inbox);
  }

  insert<T extends TableName>(table: T, row: Row<T>): void {
    this.#write(table, 'insert', row);
  }

  insertMissing<T extends TableName>(table: T, row: Row<T>): void {
    this.#write(table, 'insertMissing', row);
  }

  put<T extends TableName>(table: T, row: Row<T>): void {
    this.#write(table, 'put', row);
  }

  update<T extends TableName>(table: T, key: Key<T>, set: Partial<Row<T>>): void {
    this.#write(table, 'update', { ...set, ...key });
  }

  delete<T extends TableName>(table: T, key: Key<T>): void {
    this.#write(table, 'delete', key);
  }

  take<T extends TableName>(table: T, key: Key<T>): Promise<Row<T> | undefined> {
    this.#hasWritten = true;
    return this.#shared.take(table, key);
  }

  wake(): void {
    this.#shared.wake();
  }

  tell(event: InboxEvent): void {
    this.#shared.tell(event);
  }

  #write(table: TableName, act: Act, row: object): void {
    this.#hasWritten = true;
    this.#shared.write(table, act, row as Readonly<Record<string, unknown>>);
  }
}
