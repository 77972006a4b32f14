/** What the heartbeat knows of a stream. */
export interface Beating {
  /** When it ends, in milliseconds of `performance.now()`. */
  readonly endsAt: number;
  /** Where the heartbeat has put it; nobody else's business. */
  slot: number;
  ping(time: string): void;
  expire(): void;
}

/** Short, so that what is due in one slot holds up nothing else. */
const slotMs = 50;

/**
 * Pings all streams and ends those whose time has come, from one timer: ten thousand timers would be ten thousand
 * wake-ups. A wheel has a slot for every moment of the period and turns once in it. A stream stays where it is put until
 * its last turn, in which it moves to the slot in front of its end: what beats does not make garbage.
 */
export class Heartbeat {
  readonly #slotsPerTurn: number;
  readonly #slots = new Map<number, Set<Beating>>();
  readonly #timer: NodeJS.Timeout;
  /** The moment that was visited last, counted in slots. */
  #visited = slotAt(performance.now());

  constructor(periodMs: number) {
    this.#slotsPerTurn = Math.max(1, Math.round(periodMs / slotMs));
    this.#timer = setInterval(() => this.#tick(), slotMs).unref();
  }

  /** The first ping comes at a random time within the period, so that streams that open together beat apart. */
  add(beating: Beating): void {
    this.#put(beating, 1 + Math.floor(Math.random() * this.#slotsPerTurn));
  }

  remove(beating: Beating): void {
    const slot = this.#slots.get(beating.slot);
    slot?.delete(beating);
    if (slot?.size === 0) this.#slots.delete(beating.slot);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Into the slot that comes `ahead`, or the one in front of its end when that comes first, but never into one that has passed. */
  #put(beating: Beating, ahead: number): void {
    const untilEnd = lastSlotOf(beating) - this.#visited;
    beating.slot = (this.#visited + Math.max(1, Math.min(ahead, untilEnd))) % this.#slotsPerTurn;
    const slot = this.#slots.get(beating.slot);
    if (slot === undefined) this.#slots.set(beating.slot, new Set([beating]));
    else slot.add(beating);
  }

  #tick(): void {
    const now = performance.now();
    const time = new Date().toISOString();
    // After being held up for more than a turn nobody needs to be pinged twice.
    this.#visited = Math.max(this.#visited, slotAt(now) - this.#slotsPerTurn);
    while (this.#visited < slotAt(now)) {
      this.#visited++;
      for (const beating of this.#slots.get(this.#visited % this.#slotsPerTurn) ?? [])
        this.#visit(beating, now, time);
    }
  }

  #visit(beating: Beating, now: number, time: string): void {
    // Its next slot may be visited too late: a stream must not outlive its token.
    if (beating.endsAt < now + 2 * slotMs) {
      beating.expire();
      return;
    }
    beating.ping(time);
    if (lastSlotOf(beating) >= this.#visited + this.#slotsPerTurn) return;
    this.remove(beating);
    this.#put(beating, this.#slotsPerTurn);
  }
}

/** The slot in front of that of its end, which is visited only after it began. */
function lastSlotOf({ endsAt }: Beating): number {
  return slotAt(endsAt) - 1;
}

function slotAt(ms: number): number {
  return Math.floor(ms / slotMs);
}
