import type { Bench } from '../measure/bench.ts';
import { deliver, type Delivery } from '../measure/deliver.ts';
import { alternate } from '../measure/rounds.ts';
import type { ScenarioResult, TableRow } from '../report/result.ts';
import type { ServerKind } from '../servers/server.ts';
import { barsOf, medianOf } from './figures.ts';

/** How long after a comment is due its event is with the client. */
export async function delivery(bench: Bench): Promise<ScenarioResult> {
  const { carillon, betterSse, nest } = bench.kinds;
  const load = bench.settings.delivery;
  const kinds = [carillon, betterSse, nest];
  const rounds = await alternate(bench, { name: 'delivery', kinds, rounds: load.rounds }, (kind) =>
    deliver(bench, kind, load),
  );
  const of = (kind: ServerKind, figure: (value: Delivery) => number) => medianOf(rounds, kind, figure);
  const p99 = (kind: ServerKind) => of(kind, ({ latency }) => latency.p99);
  const delay = (kind: ServerKind) => of(kind, ({ loopDelayMs }) => loopDelayMs ?? NaN);
  return {
    name: 'delivery',
    title: `${load.rate.toLocaleString('en')} comments/s, ${load.streams.toLocaleString('en')} streams: 99 % of the events arrive within`,
    unit: 'ms',
    better: 'less',
    bars: barsOf([carillon, nest, betterSse], p99),
    table: kinds.map((kind): TableRow => {
      const text = (figure: (value: Delivery) => number) => of(kind, figure)?.toFixed(1) ?? '–';
      return {
        label: kind.label,
        figures: {
          'p50, ms': text(({ latency }) => latency.p50),
          'p99, ms': text(({ latency }) => latency.p99),
          'p99.9, ms': text(({ latency }) => latency.p999),
          'CPU s per 100,000': text(({ cpuPer100k }) => cpuPer100k),
          'loop delay, ms': text(({ loopDelayMs }) => loopDelayMs ?? NaN),
        },
      };
    }),
    goals: [
      { text: 'ms until 99 % have arrived', value: p99(carillon), must: 'at most', limit: 10 },
      { text: "ms of the event loop's longest delay", value: delay(carillon), must: 'at most', limit: 20 },
    ],
    notes: rounds.notes,
    runs: rounds.runs,
  };
}
