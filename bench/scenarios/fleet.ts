import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../measure/bench.ts';
import { addFaults, type Faults, faultsOf, noFaults } from '../measure/faults.ts';
import { settledKiB } from '../measure/memory.ts';
import { cpuSeconds } from '../measure/process-figures.ts';
import { randomOwners } from '../measure/random.ts';
import { alternate, type Rounds, type Run } from '../measure/rounds.ts';
import { onStage, type Stage } from '../measure/stage.ts';
import { median, type Percentiles, percentiles } from '../measure/statistics.ts';
import type { ScenarioResult } from '../report/result.ts';
import { scalingPage } from '../report/scaling.ts';
import type { ServerKind } from '../servers/server.ts';
import { barsOf, medianOf, text } from './figures.ts';

/** What was measured of one kind of server. */
export interface FleetFigures {
  readonly kibPerStream: number;
  /** What it costs to open a stream, and to ping it once. */
  readonly opening: Cost;
  readonly ping: Cost;
  /** As fast as they are answered: comments a second, and what each cost. */
  readonly commentsPerSecond: number;
  readonly answer: Percentiles;
  readonly comment: Cost;
  /**
   * At a fixed rate, from the moment at which a comment was due to its event at the client; on another process, if there
   * are others.
   */
  readonly delivery: Percentiles;
  readonly steadyComment: Cost;
}

/** What one of something costs: milliseconds of CPU, and the rest by count. */
export interface Cost {
  readonly carillonMs: number;
  readonly postgresMs: number;
  readonly redisMs: number;
  readonly transactions: number;
  readonly messages: number;
  readonly commands: number;
  readonly walBytes: number;
  readonly storedBytes: number;
}

const heardLimitMs = 30_000;
/** As it comes: HEARTBEAT_SECONDS. */
const heartbeatSeconds = 15;

/** Three processes on PostgreSQL and Redis beside one on SQLite, and delivery across processes. */
export async function fleet(bench: Bench): Promise<ScenarioResult> {
  const { carillon, postgres, fleet: three } = bench.kinds;
  const { streams, rate, rounds: count } = bench.settings.fleet;
  const one: ServerKind = { ...carillon, label: '1 process, SQLite' };
  const kinds = [one, postgres, three];
  const rounds = await alternate(bench, { name: 'fleet', kinds, rounds: count }, (kind) => run(bench, kind));
  const of = (kind: ServerKind, figure: (value: FleetFigures) => number) => medianOf(rounds, kind, figure);
  return {
    name: 'fleet',
    title: `Durable comments per second, ${bench.settings.writers} connections, ${streams.toLocaleString('en')} streams`,
    unit: '/s',
    better: 'more',
    bars: barsOf(kinds, (kind) => of(kind, ({ commentsPerSecond }) => commentsPerSecond)),
    table: kinds.map((kind) => {
      const figure = (pick: (value: FleetFigures) => number, digits = 1) => text(of(kind, pick), digits);
      return {
        label: kind.label,
        figures: {
          'KiB a stream': figure(({ kibPerStream }) => kibPerStream),
          'comments/s': figure(({ commentsPerSecond }) => commentsPerSecond, 0),
          'p50, ms': figure(({ answer }) => answer.p50),
          'p99, ms': figure(({ answer }) => answer.p99),
          'CPU ms each: Carillon': figure(({ comment }) => comment.carillonMs, 2),
          PostgreSQL: figure(({ comment }) => comment.postgresMs, 2),
          Redis: figure(({ comment }) => comment.redisMs, 3),
          transactions: figure(({ comment }) => comment.transactions, 2),
          messages: figure(({ comment }) => comment.messages, 2),
          [`at ${rate}/s: delivered p50, ms`]: figure(({ delivery }) => delivery.p50),
          'delivered p99, ms': figure(({ delivery }) => delivery.p99),
        },
      };
    }),
    goals: [],
    notes: rounds.notes,
    runs: rounds.runs,
    page: scalingPage(bench.settings, {
      sqlite: figuresOf(rounds, one),
      postgres: figuresOf(rounds, postgres),
      fleet: figuresOf(rounds, three),
    }),
  };
}

/** The median of each figure over the rounds; undefined when no round counts. */
function figuresOf(rounds: Rounds<FleetFigures>, kind: ServerKind): FleetFigures | undefined {
  const values = rounds.of(kind);
  return values.length === 0 ? undefined : (medians(values) as FleetFigures);
}

/** Of numbers their median, of objects those of each of their fields. */
function medians(values: readonly unknown[]): unknown {
  const [first] = values;
  if (typeof first !== 'object' || first === null) return median(values as number[]);
  const field = (name: string) => medians(values.map((value) => (value as Record<string, unknown>)[name]));
  return Object.fromEntries(Object.keys(first).map((name) => [name, field(name)]));
}

function run(bench: Bench, kind: ServerKind): Promise<Run<FleetFigures>> {
  const { streams, idleSeconds } = bench.settings.fleet;
  return onStage(bench, kind, { owners: streams }, async (stage) => {
    const { server } = stage;
    const emptyKiB = await settledKiB(server);
    const opening = await costOfEach(server, streams, () => open(stage, streams));
    const kibPerStream = ((await settledKiB(server)) - emptyKiB) / streams;
    const pings = (streams * idleSeconds) / heartbeatSeconds;
    const ping = await costOfEach(server, pings, () => sleep(idleSeconds * 1000));
    const full = await writeFast(bench, stage);
    const steady = await writeSteadily(bench, stage, full.written);
    return {
      value: { kibPerStream, opening, ping, ...full.value, ...steady.value },
      faults: addFaults(full.faults, steady.faults),
    };
  });
}

/** One stream for each user, spread over the processes. */
async function open({ server, listeners }: Stage, streams: number): Promise<void> {
  const places = server.places ?? [server.place];
  for (const [nth, place] of places.entries()) {
    const owners = Array.from({ length: streams }, (_, owner) => owner).filter(
      (owner) => owner % places.length === nth,
    );
    await listeners.ask('open', { place, streams: owners.map((owner) => server.stream(owner)) });
  }
}

async function writeFast({ settings }: Bench, { server, listeners, writers }: Stage) {
  const { warmUpMs, durationMs, streams } = settings.fleet;
  const before = await costsSoFar(server);
  const result = await writers.ask('closedLoop', { first: 0, warmUpMs, durationMs });
  await listeners.ask('heard', { count: result.all, limitMs: heardLimitMs });
  const comment = share(before, await costsSoFar(server), result.all);
  // The last of the paths, the one to everybody, is that of the first user's report.
  const owners = Uint32Array.from(
    { length: result.all + result.failed },
    (_, i) => (i % (streams + 1)) % streams,
  );
  const heard = await listeners.ask('take');
  const faults: Faults = { ...faultsOf(heard, { first: 0, owners }, () => 1), failed: result.failed };
  return {
    value: {
      commentsPerSecond: (result.counted * 1000) / durationMs,
      answer: percentiles(result.latenciesMs),
      comment,
    },
    faults,
    written: owners.length,
  };
}

/** All are written by way of the first process, to users whose streams are on the others. */
async function writeSteadily({ settings }: Bench, { server, listeners, writers }: Stage, first: number) {
  const { rate, seconds, streams } = settings.fleet;
  const places = server.places ?? [server.place];
  await writers.ask('connect', {
    places: [server.place],
    paths: Array.from({ length: streams }, (_, owner) => server.path(owner)),
    areEvents: false,
    writers: Array.from({ length: settings.writers }, (_, index) => server.writer(index)),
  });
  const elsewhere = (owner: number) =>
    places.length > 1 && owner % places.length === 0 ? (owner + 1) % streams : owner;
  const owners = randomOwners(rate * seconds, streams).map(elsewhere);
  const before = await costsSoFar(server);
  const waiting = listeners.ask('heard', { count: owners.length, limitMs: seconds * 1000 + heardLimitMs });
  const { startMs, intervalMs, failed } = await writers.ask('openLoop', { rate, owners, first });
  await waiting;
  const steadyComment = share(before, await costsSoFar(server), owners.length);
  const heard = await listeners.ask('take');
  const latencies = heard.atMs.map(
    (atMs, i) => atMs - startMs - ((heard.numbers[i] ?? 0) - first) * intervalMs,
  );
  return {
    value: { delivery: percentiles(latencies), steadyComment },
    faults: addFaults(
      faultsOf(heard, { first, owners }, () => 1),
      { ...noFaults, failed },
    ),
  };
}

/** What each of `count` costs that `work` does. */
async function costOfEach(
  server: Stage['server'],
  count: number,
  work: () => Promise<unknown>,
): Promise<Cost> {
  const before = await costsSoFar(server);
  await work();
  return share(before, await costsSoFar(server), count);
}

async function costsSoFar({ pids, counters }: Stage['server']): Promise<Cost> {
  const services = await counters?.();
  return {
    carillonMs: 1000 * pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    postgresMs: 1000 * (services?.postgresCpuSeconds ?? 0),
    redisMs: 1000 * (services?.redisCpuSeconds ?? 0),
    transactions: services?.transactions ?? 0,
    messages: services?.messages ?? 0,
    commands: services?.commands ?? 0,
    walBytes: services?.walBytes ?? 0,
    storedBytes: services?.storedBytes ?? 0,
  };
}

function share(before: Cost, after: Cost, count: number): Cost {
  const names = Object.keys(before) as (keyof Cost)[];
  const each = names.map((name) => [name, (after[name] - before[name]) / count]);
  return Object.fromEntries(each) as Cost; // It has the same names.
}
