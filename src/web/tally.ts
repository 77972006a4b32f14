/** What was missed while the connection was away, and what of it has come. */
export interface Tally {
  readonly missed: number;
  readonly delivered: number;
  readonly lost: number;
  /** Whether there is something missed that has not come yet. */
  readonly isWaiting: boolean;
}

/**
 * Counts by the server's own numbers, so that nothing can be forgotten here: `sync` says how many events were missed,
 * and each of them must have come before it.
 */
export class Missed {
  /** Accepted by the server while the connection was away, as far as this page knows. */
  #waiting = 0;
  #missed = 0;
  #delivered = 0;
  #lost = 0;
  #deliveredNow = 0;

  get tally(): Tally {
    return {
      missed: this.#missed + Math.max(this.#waiting, this.#deliveredNow),
      delivered: this.#delivered + this.#deliveredNow,
      lost: this.#lost,
      isWaiting: this.#waiting > this.#deliveredNow,
    };
  }

  /** The server has accepted something that the hearer cannot hear of now. */
  accepted(): void {
    this.#waiting += 1;
  }

  /** An event has come that was missed. */
  replayed(): void {
    this.#deliveredNow += 1;
  }

  /** All that was missed has been sent, says the server: so many events. */
  synced(missed: number): void {
    this.#missed += missed;
    this.#delivered += this.#deliveredNow;
    this.#lost += Math.max(0, missed - this.#deliveredNow);
    this.#waiting = 0;
    this.#deliveredNow = 0;
  }
}
