import type { Bench } from '../measure/bench.ts';
import { deliver, type Delivery, type DeliveryLoad } from '../measure/deliver.ts';
import { alternate } from '../measure/rounds.ts';
import type { Goal, ScenarioResult } from '../report/result.ts';
import { growDatabase } from '../servers/large-database.ts';
import type { ServerKind } from '../servers/server.ts';
import { barsOf, medianOf, ratio } from './figures.ts';

/** Carillon at one size. */
interface Size {
  readonly kind: ServerKind;
  readonly load: DeliveryLoad;
  readonly database: string | undefined;
}

const flat = 1.2;

/** Whether delivery stays what it is when there are more streams, and more in the database. */
export async function growth(bench: Bench): Promise<ScenarioResult> {
  const { streams, notifications, databaseStreams, rounds: count, ...load } = bench.settings.growth;
  const { carillon } = bench.kinds;
  const byStreams = streams.map((number): Size => {
    const kind = sized(carillon, `${number.toLocaleString('en')} streams`);
    return { kind, load: { ...load, streams: number }, database: undefined };
  });
  const seed = await bench.seed();
  const byNotifications = notifications.map((number): Size => {
    const kind = sized(carillon, `${number.toLocaleString('en')} notifications`);
    bench.progress.step(`growth: a database with ${number.toLocaleString('en')} notifications`);
    return {
      kind,
      load: { ...load, streams: databaseStreams },
      database: growDatabase(seed, bench.folder, number),
    };
  });
  const sizes = [...byStreams, ...byNotifications];
  const kinds = sizes.map(({ kind }) => kind);
  const rounds = await alternate(bench, { name: 'growth', kinds, rounds: count }, (kind) => {
    const size = sizes.find((one) => one.kind === kind);
    return deliver(bench, kind, size?.load ?? { ...load, streams: 0 }, { database: size?.database });
  });
  const of = (kind: ServerKind, figure: (value: Delivery) => number) => medianOf(rounds, kind, figure);
  const p99 = (kind: ServerKind) => of(kind, ({ latency }) => latency.p99);
  const cpu = (kind: ServerKind) => of(kind, ({ cpuPer100k }) => cpuPer100k);
  return {
    name: 'growth',
    title: `${load.rate.toLocaleString('en')} comments/s while it grows: 99 % of the events arrive within`,
    unit: 'ms',
    better: 'less',
    bars: barsOf(kinds, p99),
    table: kinds.map((kind) => ({
      label: kind.label,
      figures: {
        'p50, ms': of(kind, ({ latency }) => latency.p50)?.toFixed(1) ?? '–',
        'p99, ms': p99(kind)?.toFixed(1) ?? '–',
        'CPU s per 100,000': cpu(kind)?.toFixed(1) ?? '–',
      },
    })),
    goals: [byStreams, byNotifications].flatMap((group) => flatness(group, p99, cpu)),
    notes: rounds.notes,
    runs: rounds.runs,
  };
}

function sized(kind: ServerKind, size: string): ServerKind {
  return { ...kind, name: `${kind.name} ${size}`, label: size };
}

/** The largest of these sizes against the smallest. */
function flatness(
  sizes: readonly Size[],
  p99: (kind: ServerKind) => number | undefined,
  cpu: (kind: ServerKind) => number | undefined,
): Goal[] {
  const small = sizes.at(0)?.kind;
  const large = sizes.at(-1)?.kind;
  if (small === undefined || large === undefined) return [];
  const versus = `at ${large.label} against ${small.label}`;
  return [
    { text: `p99 ${versus}`, value: ratio(p99(large), p99(small)), must: 'at most', limit: flat },
    { text: `CPU per event ${versus}`, value: ratio(cpu(large), cpu(small)), must: 'at most', limit: flat },
  ];
}
