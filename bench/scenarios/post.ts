import type { Bench } from '../measure/bench.ts';
import { noFaults } from '../measure/faults.ts';
import { alternate, type Run } from '../measure/rounds.ts';
import { onStage } from '../measure/stage.ts';
import { type Percentiles, percentiles } from '../measure/statistics.ts';
import type { ScenarioResult } from '../report/result.ts';
import type { ServerKind } from '../servers/server.ts';
import { barsOf, medianOf, ratio } from './figures.ts';

export interface Posted {
  readonly perSecond: number;
  readonly latency: Percentiles;
  readonly cpuSeconds: number;
  /** What the database grew by, for each comment; undefined where no service says so. */
  readonly bytesEach: number | undefined;
}

/** How many comments a second become durable. */
export async function post(bench: Bench): Promise<ScenarioResult> {
  const { carillon, express, betterSse, nest } = bench.kinds;
  const { rounds: count, hearers } = bench.settings.post;
  const heard = { ...carillon, name: 'carillon, heard', label: `Carillon, ${hearers} people hear` };
  const kinds = [carillon, express, betterSse, nest, heard];
  const rounds = await alternate(bench, { name: 'post', kinds, rounds: count }, (kind) =>
    run(bench, kind, kind === heard ? hearers : 1),
  );
  const perSecond = (kind: ServerKind) => medianOf(rounds, kind, (value) => value.perSecond);
  return {
    name: 'post',
    title: `Durable comments per second, ${bench.settings.writers} connections`,
    unit: '/s',
    better: 'more',
    bars: barsOf([carillon, nest, betterSse, express], perSecond),
    table: kinds.map((kind) => ({
      label: kind.label,
      figures: {
        'comments/s': perSecond(kind)?.toFixed(0) ?? '–',
        'p50, ms': medianOf(rounds, kind, ({ latency }) => latency.p50)?.toFixed(1) ?? '–',
        'p99, ms': medianOf(rounds, kind, ({ latency }) => latency.p99)?.toFixed(1) ?? '–',
      },
    })),
    goals: [
      {
        text: `of ${express.label}`,
        value: ratio(perSecond(carillon), perSecond(express)),
        must: 'at least',
        limit: 0.5,
      },
      {
        text: `of the comments a second that one person hears of, when ${hearers} do`,
        value: ratio(perSecond(heard), perSecond(carillon)),
        must: 'at least',
        limit: 0.6,
      },
    ],
    notes: rounds.notes,
    runs: rounds.runs,
  };
}

/**
 * Writes as fast as it is answered, and compares the database with what was answered.
 * @param hearers how many people hear of each comment
 */
export function run(bench: Bench, kind: ServerKind, hearers = 1): Promise<Run<Posted>> {
  const { warmUpMs, durationMs } = bench.settings.post;
  const { owners } = bench.settings;
  return onStage(bench, kind, { owners }, async ({ server, writers, watch }) => {
    if (hearers > 1) await server.letHear?.(hearers);
    const before = await server.counters?.();
    const { result, cpuSeconds } = await watch(() =>
      writers.ask('closedLoop', { first: 0, warmUpMs, durationMs }),
    );
    const after = await server.counters?.();
    // A comment that was answered 201 must be in the database.
    const notKept = server.comments === undefined ? 0 : Math.abs(server.comments() - result.all);
    return {
      value: {
        perSecond: (result.counted * 1000) / durationMs,
        latency: percentiles(result.latenciesMs),
        cpuSeconds,
        bytesEach: before && after && (after.storedBytes - before.storedBytes) / result.all,
      },
      faults: { ...noFaults, failed: result.failed + notKept },
    };
  });
}
