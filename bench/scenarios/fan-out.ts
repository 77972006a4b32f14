import type { Bench } from '../measure/bench.ts';
import { addFaults, type Faults, faultsOf } from '../measure/faults.ts';
import { alternate, type Run } from '../measure/rounds.ts';
import { onStage, type Stage } from '../measure/stage.ts';
import { median } from '../measure/statistics.ts';
import type { ScenarioResult } from '../report/result.ts';
import type { ServerKind } from '../servers/server.ts';
import { barsOf, medianOf, ratio, text } from './figures.ts';

const heardLimitMs = 30_000;

/** How long it takes until everybody has heard. */
export async function fanOut(bench: Bench): Promise<ScenarioResult> {
  const { carillon, ceiling, betterSse, nest, nchan } = bench.kinds;
  const kinds = [carillon, ceiling, betterSse, nest, nchan];
  const { streams, events, rounds: count } = bench.settings.fanOut;
  const rounds = await alternate(bench, { name: 'fan-out', kinds, rounds: count }, (kind) =>
    run(bench, kind),
  );
  const ms = (kind: ServerKind) => medianOf(rounds, kind, (value) => value);
  const perSecond = (kind: ServerKind) => ratio(events * streams * 1000, ms(kind));
  const timesAsFast = (kind: ServerKind) => ratio(ms(kind), ms(carillon));
  return {
    name: 'fan-out',
    title: `${events} events to ${streams.toLocaleString('en')} streams: last client after`,
    unit: 'ms',
    better: 'less',
    bars: barsOf([carillon, nest, betterSse, nchan, ceiling], ms),
    table: kinds.map((kind) => ({
      label: kind.label,
      figures: { 'last client, ms': text(ms(kind), 0), 'events/s': text(perSecond(kind), 0) },
    })),
    goals: [
      { text: "of the ceiling's rate", value: timesAsFast(ceiling), must: 'at least', limit: 0.9 },
      { text: `× ${nest.label}`, value: timesAsFast(nest), must: 'at least', limit: 5 },
      { text: `× ${betterSse.label}`, value: timesAsFast(betterSse), must: 'at least', limit: 2.5 },
      { text: `× ${nchan.label}`, value: timesAsFast(nchan), must: 'at least', limit: 1 },
    ],
    notes: rounds.notes,
    runs: rounds.runs,
  };
}

/** @returns the median over the bursts, in milliseconds. */
function run(bench: Bench, kind: ServerKind): Promise<Run<number>> {
  const { streams, bursts } = bench.settings.fanOut;
  return onStage(bench, kind, { owners: bench.settings.owners }, async (stage) => {
    const { server, listeners } = stage;
    const requests = Array.from({ length: streams }, (_, i) =>
      server.stream(server.oneStreamPerUser ? i : 0),
    );
    await listeners.ask('open', { place: server.place, streams: requests });
    const warmUp = await burst(bench, stage, 0);
    const watched = await stage.watch(async () => {
      const results: Burst[] = [];
      for (let i = 1; i <= bursts; i++) results.push(await burst(bench, stage, i));
      return results;
    });
    return {
      value: median(watched.result.map(({ ms }) => ms)),
      faults: addFaults(warmUp.faults, ...watched.result.map(({ faults }) => faults)),
    };
  });
}

interface Burst {
  /** From the moment at which the first event was due until the last client had the last. */
  readonly ms: number;
  readonly faults: Faults;
}

/** Writes some events in a row, each when the one before is answered, and waits until everybody has heard of all. */
async function burst({ settings }: Bench, { listeners, writers }: Stage, index: number): Promise<Burst> {
  const { streams, events: count } = settings.fanOut;
  const first = index * count;
  const waiting = listeners.ask('heard', { count: count * streams, limitMs: heardLimitMs });
  // Behind the users' own paths lies the one to everybody.
  const startMs = await writers.ask('inARow', { owner: settings.owners, first, count });
  await waiting;
  const heard = await listeners.ask('take');
  // Where each stream is a user of its own, the events are for all of them alike.
  const toAll = { ...heard, owners: new Float64Array(heard.owners.length) };
  return {
    ms: heard.atMs.reduce((a, b) => Math.max(a, b), 0) - startMs,
    faults: faultsOf(toAll, { first, owners: new Uint32Array(count) }, () => streams),
  };
}
