/** Consecutive events of one user's log, each encoded once for all of their streams. */
export class Batch {
  #first = 1;
  #frames: Buffer[] = [];
  /** Several frames in one piece, by the number of the first: most streams want the same. */
  readonly #joined = new Map<number, Buffer>();

  /** The number of the newest event; 0 when there is none. */
  get last(): number {
    return this.#first + this.#frames.length - 1;
  }

  /**
   * Adds event `seq`. What is not newer than the newest is left out, and what leaves a hole begins anew: all of it is in
   * the log, and a stream that lacks it reads it there.
   */
  add(seq: number, frame: Buffer): void {
    if (seq <= this.last) return;
    if (seq > this.last + 1) {
      this.#first = seq;
      this.#frames = [];
    }
    this.#frames.push(frame);
    this.#joined.clear();
  }

  /** Lets go of the events up to `seq`. */
  drop(seq: number): void {
    const count = Math.min(Math.max(0, seq + 1 - this.#first), this.#frames.length);
    this.#frames.splice(0, count);
    this.#first += count;
    this.#joined.clear();
  }

  /** The bytes of all events behind `cursor`; undefined when the first of them is not here. */
  after(cursor: number): Buffer | undefined {
    const first = cursor + 1;
    if (first < this.#first || first > this.last) return undefined;
    if (first === this.last) return this.#frames.at(-1);
    let joined = this.#joined.get(first);
    if (joined === undefined) {
      joined = Buffer.concat(this.#frames.slice(first - this.#first));
      this.#joined.set(first, joined);
    }
    return joined;
  }
}
