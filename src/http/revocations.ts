import type { Revocation } from '../domain/revocation.ts';
import type { Store } from '../domain/store.ts';
import type { Verified } from './token.ts';

/**
 * How far back is looked for revocations that were not heard of: processes' clocks differ, and commits do not come in
 * the order of their times.
 */
const overlapMs = 10 * 60 * 1000;

/** All revocations, in memory, so that every request can be judged at once. */
export class Revocations {
  readonly #store: Pick<Store, 'revocations'>;
  readonly #onNews: (revocation: Revocation) => void;
  readonly #revokedAt = new Map<string, number>();
  #newest = 0;

  /** @param onNews is told each revocation that was not known. */
  constructor(store: Pick<Store, 'revocations'>, onNews: (revocation: Revocation) => void) {
    this.#store = store;
    this.#onNews = onNews;
  }

  /** Learns what is in the store: all of it the first time, then what may be new. */
  async refresh(): Promise<void> {
    for (const revocation of await this.#store.revocations(this.#newest - overlapMs)) this.learn(revocation);
  }

  /** Learns of one that is durable; it may be known already. */
  learn(revocation: Revocation): void {
    const { userId, revokedAt } = revocation;
    if (revokedAt <= (this.#revokedAt.get(userId) ?? -1)) return;
    this.#revokedAt.set(userId, revokedAt);
    this.#newest = Math.max(this.#newest, revokedAt);
    this.#onNews(revocation);
  }

  /** Whether a session does not count any more. One whose time of issuing is not known counts as an old one. */
  end({ actor, issuedAt }: Pick<Verified, 'actor' | 'issuedAt'>): boolean {
    return issuedAt < (this.#revokedAt.get(actor.id) ?? -Infinity);
  }
}
