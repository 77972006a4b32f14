/** What the heartbeat knows of a stream. */
export interface Beating {
  /** When it ends, in milliseconds of `performance.now()`. */
  readonly endsAt: number;
  ping(time: string): void;
  expire(): void;
}

const slotMs = 250;

/**
 * Pings all streams and ends those whose time has come, from one timer: a wheel of slots, each holding the streams that
 * are due in that quarter of a second. Ten thousand timers would be ten thousand wake-ups.
 */
export class Heartbeat {
  readonly #periodMs: number;
  readonly #slots = new Map<number, Set<Beating>>();
  readonly #slotOf = new Map<Beating, number>();
  readonly #timer: NodeJS.Timeout;
  #passed = slotAt(performance.now());

  constructor(periodMs: number) {
    this.#periodMs = periodMs;
    this.#timer = setInterval(() => this.#tick(), slotMs).unref();
  }

  /** The first ping comes at a random time within the period, so that streams that open together beat apart. */
  add(beating: Beating): void {
    this.#schedule(beating, performance.now() + Math.random() * this.#periodMs);
  }

  remove(beating: Beating): void {
    const slot = this.#slotOf.get(beating);
    if (slot === undefined) return;
    this.#slotOf.delete(beating);
    const due = this.#slots.get(slot);
    due?.delete(beating);
    if (due?.size === 0) this.#slots.delete(slot);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #schedule(beating: Beating, at: number): void {
    // Never into a slot that has passed: nobody would look there again.
    const slot = Math.max(slotAt(Math.min(at, beating.endsAt)), this.#passed + 1);
    this.#slotOf.set(beating, slot);
    const due = this.#slots.get(slot);
    if (due === undefined) this.#slots.set(slot, new Set([beating]));
    else due.add(beating);
  }

  #tick(): void {
    const now = performance.now();
    const time = new Date().toISOString();
    while (this.#passed < slotAt(now)) {
      this.#passed++;
      const due = this.#slots.get(this.#passed);
      if (due === undefined) continue;
      for (const beating of [...due]) {
        this.remove(beating);
        // A slot too early rather than too late: a stream must not outlive its token.
        if (beating.endsAt < now + slotMs) {
          beating.expire();
        } else {
          beating.ping(time);
          this.#schedule(beating, now + this.#periodMs);
        }
      }
    }
  }
}

function slotAt(ms: number): number {
  return Math.floor(ms / slotMs);
}
