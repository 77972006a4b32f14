import type { Bench } from '../measure/bench.ts';
import { noFaults } from '../measure/faults.ts';
import { settledKiB } from '../measure/memory.ts';
import { alternate, type Run } from '../measure/rounds.ts';
import { onStage } from '../measure/stage.ts';
import type { ScenarioResult } from '../report/result.ts';
import type { ServerKind } from '../servers/server.ts';
import { barsOf, medianOf, ratio, text } from './figures.ts';

/** What an open stream costs in memory while nothing happens, each stream that of another user. */
export async function idle(bench: Bench): Promise<ScenarioResult> {
  const { carillon, ceiling, betterSse, nest, nchan } = bench.kinds;
  const kinds = [carillon, ceiling, betterSse, nest, nchan];
  const { streams, rounds: count } = bench.settings.idle;
  const rounds = await alternate(bench, { name: 'idle', kinds, rounds: count }, (kind) => run(bench, kind));
  const kiB = (kind: ServerKind) => medianOf(rounds, kind, (value) => value);
  return {
    name: 'idle',
    title: `Memory per idle stream, at ${streams.toLocaleString('en')} streams`,
    unit: 'KiB',
    better: 'less',
    bars: barsOf([carillon, nest, betterSse, nchan, ceiling], kiB),
    table: kinds.map((kind) => ({ label: kind.label, figures: { 'KiB per stream': text(kiB(kind)) } })),
    goals: [
      { text: 'of bare node:http', value: ratio(kiB(carillon), kiB(ceiling)), must: 'at most', limit: 1.15 },
      { text: `of ${nest.label}`, value: ratio(kiB(carillon), kiB(nest)), must: 'at most', limit: 2 / 3 },
      {
        text: `of ${betterSse.label}`,
        value: ratio(kiB(carillon), kiB(betterSse)),
        must: 'at most',
        limit: 2 / 3,
      },
    ],
    notes: rounds.notes,
    runs: rounds.runs,
  };
}

/** @returns KiB per stream, without the empty process. */
export function run(bench: Bench, kind: ServerKind): Promise<Run<number>> {
  const { streams } = bench.settings.idle;
  return onStage(bench, kind, { owners: bench.settings.owners }, async ({ server, listeners, watch }) => {
    const emptyKiB = await settledKiB(server);
    const { result } = await watch(async () => {
      const requests = Array.from({ length: streams }, (_, owner) => server.stream(owner));
      await listeners.ask('open', { place: server.place, streams: requests });
      return settledKiB(server);
    });
    const { lost } = await listeners.ask('take');
    return { value: (result - emptyKiB) / streams, faults: { ...noFaults, lost } };
  });
}
