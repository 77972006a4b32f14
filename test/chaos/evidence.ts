import { setTimeout as sleep } from 'node:timers/promises';
import type { ReaderLog } from './history.ts';
import type { FaultName } from './schedule.ts';
import type { TormentedServer } from './server.ts';
import type { Writers } from './writers.ts';

/**
 * What a run must have seen at least once to have tried the promise at all, and the fault that brings it about; without
 * one, any run sees it. (A head check that heals something takes a bus that loses messages: test/fleet, which demands it as well.)
 */
export const sometimes = {
  'a slow reader fell back to the store': 'slow',
  'a reader resumed across a kill': 'kill',
  'a reset for an expired cursor': 'prune',
  'a group commit of which one request failed': undefined,
  'an activity was taken back before it had reached everybody': undefined,
} as const satisfies Record<string, FaultName | undefined>;
export type Sometimes = keyof typeof sometimes;

/** How often each was seen. */
export type Tally = Record<Sometimes, number>;

/** Looks for what can be seen only while the server runs. */
export class Evidence {
  readonly #server: TormentedServer;
  /** What the metrics said last, by run of the server, because a restart begins to count anew. */
  readonly #metrics = new Map<number, ReadonlyMap<string, number>>();
  #mixedCommits = 0;

  constructor(server: TormentedServer) {
    this.#server = server;
  }

  /** Looks at the metrics. @returns bytes that wait in the server for slow readers */
  async look(): Promise<number> {
    const { run } = this.#server;
    const metrics = await this.#server.metrics();
    if (metrics !== undefined) this.#metrics.set(run, metrics);
    return metrics?.get('carillon_buffered_bytes') ?? 0;
  }

  /** Looks, and lets the writers burst, every `pauseMs` until `signal` says so. */
  async gather(writers: Writers, pauseMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look();
      await this.#burst(writers);
      await sleep(pauseMs);
    }
  }

  /** How often a slow reader fell back to the store, as far as was seen. */
  get slowPulls(): number {
    return this.count('carillon_pulls_total{reason="slow"}');
  }

  /** What a counter came to in all runs of the server, as far as was seen. */
  count(name: string): number {
    return sum([...this.#metrics.values()].map((metrics) => metrics.get(name) ?? 0));
  }

  tally(readers: readonly ReaderLog[], takenBackEarly: number): Tally {
    const { killed } = this.#server;
    return {
      'a slow reader fell back to the store': this.slowPulls,
      'a reader resumed across a kill': sum(readers.map((log) => resumesAcross(log, killed))),
      'a reset for an expired cursor': sum(readers.map(expiredResets)),
      'a group commit of which one request failed': this.#mixedCommits,
      'an activity was taken back before it had reached everybody': takenBackEarly,
    };
  }

  /**
   * A commit of which every request failed writes no row. If none such happened while some requests were refused inside
   * the store, each of these shared its commit with one that succeeded.
   */
  async #burst(writers: Writers): Promise<void> {
    const { run } = this.#server;
    const before = await this.#smallCommits();
    const refused = await writers.burst();
    const after = await this.#smallCommits();
    if (before !== undefined && before === after && run === this.#server.run) this.#mixedCommits += refused;
  }

  async #smallCommits(): Promise<number | undefined> {
    return (await this.#server.metrics())?.get('carillon_commit_rows_bucket{le="1"}');
  }
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** How often a reader was in sync, then the server was killed, and it was in sync again without a reset. */
function resumesAcross({ entries }: ReaderLog, killed: ReadonlySet<number>): number {
  let last: number | undefined;
  let resumes = 0;
  for (const entry of entries) {
    if (entry.kind === 'reset') last = undefined;
    if (entry.kind !== 'sync') continue;
    if (last !== undefined && last !== entry.serverRun && killed.has(last)) resumes++;
    last = entry.serverRun;
  }
  return resumes;
}

function expiredResets({ entries }: ReaderLog): number {
  return entries.filter((entry) => entry.kind === 'reset' && entry.reason === 'expired').length;
}
