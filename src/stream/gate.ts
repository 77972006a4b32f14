/**
 * Lets so much work through at once and no more, and gives each place away only in a later turn of the event loop:
 * thousands of streams that replay together, or one that replays for long, leave room for everything else in between.
 */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param places how many pieces of work may run at once. */
  constructor(places: number) {
    this.#free = places;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      setImmediate(() => this.#leave());
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
