import type { Actor } from '../../domain/actor.ts';
import { AppError } from '../../domain/errors.ts';
import type { Added, IdempotencyKey } from '../../domain/store.ts';
import type { GroupCommit, Work } from './group-commit.ts';
import type { Statements } from './statements.ts';

const keyLifeMs = 24 * 60 * 60 * 1000;

/** Adds things at most once per idempotency key: the key is written in the transaction of what it protects. */
export class Idempotency {
  readonly #group: GroupCommit;
  readonly #statements: Statements;
  readonly #now: () => number;
  /** Keys whose first request has not committed. In memory: after a crash no key is in flight. */
  readonly #inFlight = new Set<string>();

  constructor(group: GroupCommit, statements: Statements, now: () => number) {
    this.#group = group;
    this.#statements = statements;
    this.#now = now;
  }

  /** Does `work`, or answers as the request did that had this key first. Without a key it does the work. */
  async add<T>({ id }: Actor, once: IdempotencyKey | undefined, work: Work<T>): Promise<Added<T>> {
    if (once === undefined) return this.#group.run((events) => ({ value: work(events), replayed: false }));

    const flight = `${id} ${once.key}`; // User ids have no spaces.
    if (this.#inFlight.has(flight)) {
      const detail = `The first request with the Idempotency-Key ${once.key} is still running.`;
      throw new AppError('idempotency_in_flight', detail, { headers: { 'Retry-After': '1' } });
    }
    this.#inFlight.add(flight);
    try {
      return await this.#group.run((events) => this.#addOnce(id, once, () => work(events)));
    } finally {
      this.#inFlight.delete(flight);
    }
  }

  #addOnce<T>(userId: string, { key, fingerprint }: IdempotencyKey, work: () => T): Added<T> {
    const now = this.#now();
    const known = this.#statements.idempotencyKey.get({ userId, key, now });
    if (known === undefined) {
      const value = work();
      const answer = JSON.stringify(value);
      this.#statements.setIdempotencyKey.run({ userId, key, fingerprint, answer, endsAt: now + keyLifeMs });
      return { value, replayed: false };
    }
    if (known.fingerprint !== fingerprint) {
      throw new AppError(
        'idempotency_mismatch',
        `The Idempotency-Key ${key} belongs to another request of yours.`,
      );
    }
    // The fingerprint holds method and path, so this is what the same kind of request once stored.
    return { value: JSON.parse(known.answer) as T, replayed: true };
  }
}
