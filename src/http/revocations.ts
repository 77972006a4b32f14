import type { Revocation } from '../domain/revocation.ts';
import type { Store } from '../domain/store.ts';
import type { Verified } from './verified.ts';

/** Before the number of every revocation. */
const beforeAll = -1;

/** All revocations, in memory, so that every request can be judged at once. */
export class Revocations {
  readonly #store: Pick<Store, 'revocations'>;
  readonly #onNews: (revocation: Revocation) => void;
  readonly #revokedAt = new Map<string, number>();
  /** The number up to which the store was read. One that was learned otherwise may have others before it. */
  #readUpTo = beforeAll;

  /** @param onNews is told each revocation that was not known. */
  constructor(store: Pick<Store, 'revocations'>, onNews: (revocation: Revocation) => void) {
    this.#store = store;
    this.#onNews = onNews;
  }

  /** Learns what is in the store: all of it the first time, then what is new. */
  async refresh(): Promise<void> {
    for (const revocation of await this.#store.revocations(this.#readUpTo)) {
      this.learn(revocation);
      this.#readUpTo = Math.max(this.#readUpTo, revocation.seq);
    }
  }

  /** Learns of one that is durable; it may be known already. */
  learn(revocation: Revocation): void {
    if (this.isKnown(revocation)) return;
    this.#revokedAt.set(revocation.userId, revocation.revokedAt);
    this.#onNews(revocation);
  }

  /** Whether one of this or a later moment is known of the user. */
  isKnown({ userId, revokedAt }: Revocation): boolean {
    return revokedAt <= (this.#revokedAt.get(userId) ?? -Infinity);
  }

  /** Whether a session does not count any more. One whose time of issuing is not known counts as an old one. */
  end({ actor, issuedAt }: Pick<Verified, 'actor' | 'issuedAt'>): boolean {
    return issuedAt < (this.#revokedAt.get(actor.id) ?? -Infinity);
  }
}
