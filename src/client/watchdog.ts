/** Silence for which a connection that has not shown its rhythm yet is given up. */
const firstLimitMs = 40_000;
/** The same in multiples of its rhythm. */
const missedPings = 2.5;
const leastMs = 2_500;
const mostMs = 300_000;
/** How often the clock is looked at, at least: timers stand still while a computer sleeps, the clock does not. */
const lookMs = 10_000;

/** Notices that a connection has fallen silent: a dead one looks just like a quiet one, except for its pings. */
export class Watchdog {
  readonly #onSilence: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #deadline = Infinity;
  #lastPing: number | undefined;
  #limitMs = firstLimitMs;

  /** @param onSilence called once per silence; the watchdog sleeps then. */
  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
  }

  /** Silence that is taken for death, in milliseconds: 40 s, or 2.5 times the time between two pings once it is known. */
  get limitMs(): number {
    return this.#limitMs;
  }

  /** Begins to watch a connection, or another one. */
  start(): void {
    this.#lastPing = undefined;
    this.heard();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#deadline = Infinity;
  }

  /** Tells that something came; what it is said to be, `ping`, shows the rhythm. */
  heard(event?: string): void {
    const now = Date.now();
    if (event === 'ping') {
      if (this.#lastPing !== undefined)
        this.#limitMs = Math.min(mostMs, Math.max(leastMs, missedPings * (now - this.#lastPing)));
      this.#lastPing = now;
    }
    this.#deadline = now + this.#limitMs;
    this.#look();
  }

  /** Expects something within `ms`, if that is sooner. */
  expect(ms: number): void {
    this.#deadline = Math.min(this.#deadline, Date.now() + ms);
    this.#look();
  }

  /** Looks at the clock now: after a sleep it is late. */
  check(): void {
    if (Date.now() < this.#deadline) return;
    this.stop();
    this.#onSilence();
  }

  #look(): void {
    clearTimeout(this.#timer);
    if (this.#deadline === Infinity) return;
    this.#timer = setTimeout(
      () => {
        this.check();
        this.#look();
      },
      Math.max(0, Math.min(lookMs, this.#deadline - Date.now())),
    );
  }
}
