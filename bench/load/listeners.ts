import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from './clock.ts';
import { Listener, type Place, type StreamRequest } from './listener.ts';
import { answer } from './rpc.ts';
import { Numbers } from './tally.ts';

/* A process with thousands of streams, each counting what it hears. */

const openingsAtOnce = 128;
const lateMs = 100;

export interface Heard {
  /** The number of the comment, and the monotonic milliseconds at which a client had its event. */
  readonly numbers: Float64Array;
  readonly atMs: Float64Array;
  /** The index of the user whose stream it was. */
  readonly owners: Float64Array;
  readonly doubled: number;
  readonly misnumbered: number;
  /** Streams that ended without being cut. */
  readonly lost: number;
}

export interface Opening {
  readonly place: Place;
  readonly streams: readonly StreamRequest[];
}

const listeners: Listener[] = [];
const numbers = new Numbers();
const atMs = new Numbers();
const owners = new Numbers();
const removedAtMs = new Numbers();
let doubled = 0;
let misnumbered = 0;
let lost = 0;
let open = 0;
const nobody = () => undefined;
let onChange: () => void = nobody;
let onOpened: () => void = nobody;

const journal = {
  opened: () => {
    open++;
    onOpened();
    onChange();
  },
  heard: (listener: Listener, number: number, at: number) => {
    numbers.push(number);
    atMs.push(at);
    owners.push(listener.request.owner);
    onChange();
  },
  doubled: () => doubled++,
  removed: (_listener: Listener, at: number) => {
    removedAtMs.push(at);
    onChange();
  },
  misnumbered: () => misnumbered++,
  closed: () => {
    open--;
    lost++;
  },
};

export type ListenersMethods = typeof methods;

const methods = {
  /** Opens streams, some at a time, and resolves when all are ready. */
  open: async ({ place, streams }: Opening): Promise<void> => {
    const fresh = streams.map((request) => new Listener(request, place, journal));
    listeners.push(...fresh);
    await whenOpen(fresh, openingsAtOnce);
  },

  /** Loses all connections at once. */
  cut: (): void => {
    for (const listener of listeners) listener.cut();
    open = 0;
  },

  /** Opens all again at once, each behind the last that it has; resolves when all are ready. @returns the time it began */
  comeBack: async (): Promise<number> => {
    const startMs = nowMs();
    await whenOpen(listeners, listeners.length);
    return startMs;
  },

  /** The first `count` streams read nothing any more. */
  fallSilent: (count: number): void => {
    for (const listener of listeners.slice(0, count)) listener.fallSilent();
  },

  /** Waits until `count` events were heard in all, or for so long. @returns how many were */
  heard: async ({ count, limitMs }: { count: number; limitMs: number }): Promise<number> => {
    await until(() => numbers.length >= count, limitMs);
    return numbers.length;
  },

  /** Waits until `count` notifications were taken back, or for so long. @returns when each was, and begins anew */
  removed: async ({ count, limitMs }: { count: number; limitMs: number }): Promise<Float64Array> => {
    await until(() => removedAtMs.length >= count, limitMs);
    const all = removedAtMs.all();
    removedAtMs.clear();
    return all;
  },

  /** What was heard since the last time that this was asked. */
  take: async (): Promise<Heard> => {
    // What comes twice may come late.
    await sleep(lateMs);
    const heard = {
      numbers: numbers.all(),
      atMs: atMs.all(),
      owners: owners.all(),
      doubled,
      misnumbered,
      lost,
    };
    numbers.clear();
    atMs.clear();
    owners.clear();
    doubled = misnumbered = lost = 0;
    return heard;
  },
} satisfies Record<string, (argument: never) => unknown>;

/** Waits until something holds that changes with what is heard, or for so long. */
async function until(holds: () => boolean, limitMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), limitMs);
  onChange = () => {
    if (holds()) resolve(undefined);
  };
  onChange();
  await promise;
  clearTimeout(timer);
  onChange = nobody;
}

async function whenOpen(some: readonly Listener[], atOnce: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const timer = setTimeout(
    () => reject(new Error(`Only ${open} of ${listeners.length} streams are open after a minute.`)),
    60_000,
  );
  let next = 0;
  let done = 0;
  const openNext = () => some[next++]?.open();
  onOpened = () => {
    done++;
    if (done === some.length) resolve(undefined);
    else openNext();
  };
  for (let i = 0; i < Math.min(atOnce, some.length); i++) openNext();
  await promise;
  clearTimeout(timer);
  onOpened = nobody;
}

answer(methods);
