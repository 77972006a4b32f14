/** How often the clock is looked at, at least: timers stand still while a computer sleeps, the clock does not. */
const lookMs = 10_000;

/** Notices that a connection has fallen silent: a dead one looks just like a quiet one, except for its pings. */
export interface Watchdog {
  /** Silence that is taken for death, in milliseconds, from what is heard next on. */
  limitMs: number;
  /** Tells that something came. The first time it begins to watch. */
  heard(): void;
  /** Expects something within `ms`, if that is sooner. */
  expect(ms: number): void;
  /** Looks at the clock now: after a sleep it is late. */
  check(): void;
  stop(): void;
}

/** @param onSilence called once per silence; the watchdog sleeps then. */
export function createWatchdog(onSilence: () => void): Watchdog {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let deadline = Infinity;

  const watchUntil = (next: number) => {
    deadline = next;
    clearTimeout(timer);
    if (next < Infinity) timer = setTimeout(check, Math.min(lookMs, next - Date.now()));
  };
  const stop = () => watchUntil(Infinity);
  const check = () => {
    if (Date.now() < deadline) {
      watchUntil(deadline);
      return;
    }
    stop();
    onSilence();
  };
  const watchdog: Watchdog = {
    limitMs: firstLimitMs,
    heard: () => watchUntil(Date.now() + watchdog.limitMs),
    expect: (ms) => watchUntil(Math.min(deadline, Date.now() + ms)),
    check,
    stop,
  };
  return watchdog;
}

/** The limit for a connection that has not shown its rhythm yet. */
const firstLimitMs = 40_000;
const missedPings = 2.5;
const leastLimitMs = 2_500;

/** The limit for a connection whose pings come every `pingMs`. */
export function limitFor(pingMs: number): number {
  return Math.max(leastLimitMs, missedPings * pingMs);
}
