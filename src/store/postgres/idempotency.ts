import type { Actor } from '../../domain/actor.ts';
import { AppError } from '../../domain/errors.ts';
import type { Added, IdempotencyKey } from '../../domain/store.ts';
import type { Change, GroupCommit, Work } from './group-commit.ts';
import type { Transaction } from './transaction.ts';

const keyLifeMs = 24 * 60 * 60 * 1000;

/** Adds things at most once per idempotency key: the key is written in the transaction of what it protects. */
export class Idempotency {
  readonly #group: GroupCommit;
  readonly #now: () => number;
  /** Keys whose first request this process has not committed. Other processes are kept off by PostgreSQL. */
  readonly #inFlight = new Set<string>();

  constructor(group: GroupCommit, now: () => number) {
    this.#group = group;
    this.#now = now;
  }

  /** Does `work`, or answers as the request did that had this key first. Without a key it does the work. */
  async add<T>({ id }: Actor, once: IdempotencyKey | undefined, work: Work<T>): Promise<Added<T>> {
    if (once === undefined) {
      return this.#group.run(async (transaction) => {
        const { userIds, make } = await work(transaction);
        return { userIds, make: async () => ({ value: await make(), replayed: false }) };
      });
    }

    const flight = `${id} ${once.key}`; // User ids have no spaces.
    if (this.#inFlight.has(flight)) throw inFlight(once);
    this.#inFlight.add(flight);
    try {
      return await this.#group.run((transaction) => this.#addOnce(transaction, id, once, work));
    } finally {
      this.#inFlight.delete(flight);
    }
  }

  async #addOnce<T>(
    transaction: Transaction,
    userId: string,
    once: IdempotencyKey,
    work: Work<T>,
  ): Promise<Change<Added<T>>> {
    const { key, fingerprint } = once;
    // What the work reads is asked for together with the key; what comes of it counts only if the key is new.
    const [state, change] = await Promise.allSettled([
      transaction.idempotencyKey(userId, key),
      work(transaction),
    ]);
    if (state.status === 'rejected') throw state.reason;
    const { known, isTaken } = state.value;
    if (known !== undefined) {
      if (known.fingerprint !== fingerprint) {
        throw new AppError(
          'idempotency_mismatch',
          `The Idempotency-Key ${key} belongs to another request of yours.`,
        );
      }
      // The fingerprint holds method and path, so this is what the same kind of request once stored.
      const value = JSON.parse(known.answer) as T;
      return { userIds: [], make: () => ({ value, replayed: true }) };
    }
    if (!isTaken) throw inFlight(once);
    if (change.status === 'rejected') throw change.reason;
    const { userIds, make } = change.value;
    return {
      userIds,
      make: async () => {
        const value = await make();
        const answer = JSON.stringify(value);
        const endsAt = this.#now() + keyLifeMs;
        transaction.insert('setIdempotencyKeys', { userId, key, fingerprint, answer, endsAt });
        return { value, replayed: false };
      },
    };
  }
}

function inFlight({ key }: IdempotencyKey): AppError {
  const detail = `The first request with the Idempotency-Key ${key} is still running.`;
  return new AppError('idempotency_in_flight', detail, { headers: { 'Retry-After': '1' } });
}
