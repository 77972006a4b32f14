/** What one stream has heard: each comment by its number, so that one which comes twice is seen as that. */
export class Tally {
  #seen = new Uint8Array(2);

  /** @returns whether `number` is new. */
  add(number: number): boolean {
    const byte = number >> 3;
    const bit = 1 << (number & 7);
    if (byte >= this.#seen.length) {
      const larger = new Uint8Array(Math.max(byte + 1, this.#seen.length * 2));
      larger.set(this.#seen);
      this.#seen = larger;
    }
    const before = this.#seen[byte] ?? 0;
    this.#seen[byte] = before | bit;
    return (before & bit) === 0;
  }
}

/** A growing list of numbers without a box around each. */
export class Numbers {
  #values: Float64Array = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** A copy. */
  all(): Float64Array {
    return this.#values.slice(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}
