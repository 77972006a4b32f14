import { createRandom, type Random } from '../support/random.ts';
import { shuffled } from './choice.ts';

interface FaultPlan {
  /** Those of one lane follow each other; the two lanes run side by side. */
  readonly lane: 'server' | 'clients';
  /** How long it holds, in milliseconds, from … to. */
  readonly holdMs: readonly [least: number, most: number];
  /** What it takes beside that, about, in milliseconds. */
  readonly overheadMs: number;
}

/** What the nemesis can do. */
export const faultPlans = {
  /** kill -9, and a restart. */
  kill: { lane: 'server', holdMs: [0, 500], overheadMs: 700 },
  /** SIGTERM, and a restart. */
  term: { lane: 'server', holdMs: [0, 500], overheadMs: 1_000 },
  /** SIGSTOP, and SIGCONT. */
  stop: { lane: 'server', holdMs: [500, 3_000], overheadMs: 0 },
  /** Every fsync takes long. */
  'slow-disk': { lane: 'server', holdMs: [1_000, 2_500], overheadMs: 200 },
  /** fsync fails: the server ends by itself, and is started again. */
  fsync: { lane: 'server', holdMs: [0, 500], overheadMs: 2_500 },
  /** Nothing more fits on the disk for a while. */
  'full-disk': { lane: 'server', holdMs: [1_000, 2_500], overheadMs: 100 },
  /** The server's clock jumps by up to two hours, either way. */
  clock: { lane: 'server', holdMs: [300, 1_000], overheadMs: 0 },
  /** A restart that prunes everything so far while readers come back, one of whom has missed it. */
  prune: { lane: 'server', holdMs: [300, 1_000], overheadMs: 2_500 },
  /** Many clients come back at once after a restart. */
  herd: { lane: 'server', holdMs: [0, 500], overheadMs: 9_000 },
  /** Connections are cut after so many bytes, again and again. */
  cut: { lane: 'clients', holdMs: [500, 1_500], overheadMs: 0 },
  /** A new tab stops reading while its user hears of more than the kernel takes; some never read again. */
  slow: { lane: 'clients', holdMs: [300, 2_000], overheadMs: 2_500 },
  /** The way to the server is slow, thin, a black hole, or breaks. */
  proxy: { lane: 'clients', holdMs: [500, 2_000], overheadMs: 0 },
  /** A reader far behind catches up on a thin line with tokens that end before it is done. */
  expiry: { lane: 'clients', holdMs: [2_500, 4_000], overheadMs: 500 },
} as const satisfies Record<string, FaultPlan>;

export type FaultName = keyof typeof faultPlans;
export const faultNames = Object.keys(faultPlans) as FaultName[];

/** One fault, to be played `atMs` after the beginning, or once the one before it in its lane is over. */
export interface Turn {
  readonly fault: FaultName;
  readonly atMs: number;
  readonly holdMs: number;
  /** What all its other choices follow from. */
  readonly seed: number;
}

export interface Schedule {
  readonly server: readonly Turn[];
  readonly clients: readonly Turn[];
}

/**
 * Plans the faults of a run, from its seed alone. Each lane plays its faults in a shuffled order, all of them before
 * any again, so that a run which is long enough sees every one.
 */
export function scheduleOf(seed: number, seconds: number, faults: readonly FaultName[]): Schedule {
  const random = createRandom(seed);
  const lane = (name: FaultPlan['lane']) => planLane(random, seconds, ofLane(faults, name));
  return { server: lane('server'), clients: lane('clients') };
}

function ofLane(faults: readonly FaultName[], lane: FaultPlan['lane']): readonly FaultName[] {
  return faultNames.filter((fault) => faults.includes(fault) && faultPlans[fault].lane === lane);
}

function planLane(random: Random, seconds: number, faults: readonly FaultName[]): Turn[] {
  const turns: Turn[] = [];
  let deck: FaultName[] = [];
  let atMs = random.whole(300, 1_000);
  while (atMs < seconds * 1000 && faults.length > 0) {
    if (deck.length === 0) deck = shuffled(random, faults);
    const fault = deck.pop() ?? 'kill';
    const { holdMs, overheadMs }: FaultPlan = faultPlans[fault];
    const turn = { fault, atMs, holdMs: random.whole(...holdMs), seed: random.whole(1, 2 ** 31) };
    turns.push(turn);
    atMs += turn.holdMs + overheadMs + random.whole(200, 1_000);
  }
  return turns;
}

/** One line a fault, in the order in which they are due. */
export function describeSchedule({ server, clients }: Schedule): string[] {
  const turns = [...server, ...clients].sort((a, b) => a.atMs - b.atMs);
  return turns.map(({ fault, atMs, holdMs }) => {
    const at = (atMs / 1000).toFixed(1).padStart(7);
    return `${at} s  ${fault.padEnd(10)} for ${holdMs} ms`;
  });
}
