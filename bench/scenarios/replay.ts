import type { Bench } from '../measure/bench.ts';
import { addFaults, faultsOf, noFaults } from '../measure/faults.ts';
import { peakKiB, residentKiB } from '../measure/memory.ts';
import { resetPeakRss } from '../measure/process-figures.ts';
import { alternate, type Run } from '../measure/rounds.ts';
import { onStage } from '../measure/stage.ts';
import type { ScenarioResult } from '../report/result.ts';
import type { ServerKind } from '../servers/server.ts';
import { barsOf, medianOf, ratio } from './figures.ts';

export interface Replay {
  /** From the first attempt until the last client has the last event that it missed. */
  readonly completeMs: number;
  readonly beforeMiB: number;
  readonly peakMiB: number;
}

const heardLimitMs = 30_000;

/** Everybody loses the connection at once and comes back, each having missed some events. */
export async function replay(bench: Bench): Promise<ScenarioResult> {
  const { carillon } = bench.kinds;
  const { streams, missed, rounds: count } = bench.settings.replay;
  const rounds = await alternate(bench, { name: 'replay', kinds: [carillon], rounds: count }, (kind) =>
    run(bench, kind),
  );
  const of = (figure: (value: Replay) => number) => medianOf(rounds, carillon, figure);
  const seconds = of(({ completeMs }) => completeMs / 1000);
  const before = of(({ beforeMiB }) => beforeMiB);
  const peak = of(({ peakMiB }) => peakMiB);
  return {
    name: 'replay',
    title: `${streams.toLocaleString('en')} clients come back, ${missed} events behind: all complete after`,
    unit: 's',
    better: 'less',
    bars: barsOf([carillon], () => seconds),
    table: [
      {
        label: carillon.label,
        figures: {
          'all complete, s': seconds?.toFixed(2) ?? '–',
          'RSS before, MiB': before?.toFixed(0) ?? '–',
          'RSS at most, MiB': peak?.toFixed(0) ?? '–',
        },
      },
    ],
    goals: [
      { text: 's until all are complete', value: seconds, must: 'at most', limit: 5 },
      { text: 'of the memory before', value: ratio(peak, before), must: 'at most', limit: 1.5 },
    ],
    notes: rounds.notes,
    runs: rounds.runs,
  };
}

/** Lets everybody miss some events, and times how long it takes until all have them. */
export function run(bench: Bench, kind: ServerKind): Promise<Run<Replay>> {
  const { streams, missed } = bench.settings.replay;
  return onStage(
    bench,
    kind,
    { owners: bench.settings.owners },
    async ({ server, listeners, writers, watch }) => {
      const requests = Array.from({ length: streams }, (_, owner) => server.stream(owner));
      await listeners.ask('open', { place: server.place, streams: requests });
      // Everybody gets one, then everybody the next: a log's events lie far apart in time, as in real life.
      const owners = Uint32Array.from({ length: streams * missed }, (_, i) => i % streams);
      const write = (first: number) => writers.ask('writeAll', { owners, first });
      const hear = () => listeners.ask('heard', { count: owners.length, limitMs: heardLimitMs });
      // The memory before is that of a server at work, whose database has cached what it will; with its garbage, which the
      // memory at most has as well.
      const failedLive = await write(0);
      await hear();
      const heardLive = await listeners.ask('take');
      const beforeMiB = residentKiB(server) / 1024;

      await listeners.ask('cut');
      const failed = await write(owners.length);

      server.pids.forEach(resetPeakRss);
      const { result: startMs } = await watch(async () => {
        const waiting = hear();
        const start = await listeners.ask('comeBack');
        await waiting;
        return start;
      });
      const heard = await listeners.ask('take');
      const lastMs = heard.atMs.reduce((a, b) => Math.max(a, b), 0);
      return {
        value: { completeMs: lastMs - startMs, beforeMiB, peakMiB: peakKiB(server) / 1024 },
        faults: addFaults(
          faultsOf(heardLive, { first: 0, owners }, () => 1),
          faultsOf(heard, { first: owners.length, owners }, () => 1),
          { ...noFaults, failed: failedLive + failed },
        ),
      };
    },
  );
}
