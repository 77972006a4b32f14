import type { Bench } from '../measure/bench.ts';
import { addFaults, faultsOf, noFaults } from '../measure/faults.ts';
import { residentKiB } from '../measure/memory.ts';
import { randomOwners } from '../measure/random.ts';
import { alternate, type Run } from '../measure/rounds.ts';
import { onStage, type Stage } from '../measure/stage.ts';
import { type Percentiles, percentiles } from '../measure/statistics.ts';
import type { ScenarioResult } from '../report/result.ts';
import type { ServerKind } from '../servers/server.ts';
import { barsOf, medianOf, ratio } from './figures.ts';

interface Stuck {
  /** What the clients that read have to wait. */
  readonly latency: Percentiles;
  /** What the server says that it buffers, at the end. */
  readonly bufferedMiB: number;
  readonly rssGrowthMiB: number;
}

/** The user whom most of the events concern, and among whose tabs are those that get stuck. */
const busyOwner = 0;
/** How many of that user's tabs go on reading. */
const busyTabs = 10;
/** One of so many comments is for somebody else. */
const othersEvery = 10;
const heardLimitMs = 30_000;

/** Whether clients that do not read harm those that do. */
export async function stuck(bench: Bench): Promise<ScenarioResult> {
  const { carillon } = bench.kinds;
  const settings = bench.settings.stuck;
  const all = { ...carillon, name: 'carillon, all read', label: 'all read' };
  const some = { ...carillon, name: 'carillon, some stuck', label: `${settings.stuck} never read` };
  const kinds = [all, some];
  const rounds = await alternate(bench, { name: 'stuck', kinds, rounds: settings.rounds }, (kind) =>
    run(bench, kind, kind === some),
  );
  const p99 = (kind: ServerKind) => medianOf(rounds, kind, ({ latency }) => latency.p99);
  const buffered = medianOf(rounds, some, ({ bufferedMiB }) => bufferedMiB);
  return {
    name: 'stuck',
    title: `Beside ${settings.stuck} clients that never read, 99 % of the events arrive within`,
    unit: 'ms',
    better: 'less',
    bars: barsOf(kinds, p99),
    table: kinds.map((kind) => ({
      label: kind.label,
      figures: {
        'p50, ms': medianOf(rounds, kind, ({ latency }) => latency.p50)?.toFixed(1) ?? '–',
        'p99, ms': p99(kind)?.toFixed(1) ?? '–',
        'buffered, MiB': medianOf(rounds, kind, ({ bufferedMiB }) => bufferedMiB)?.toFixed(1) ?? '–',
        'RSS grew by, MiB': medianOf(rounds, kind, ({ rssGrowthMiB }) => rssGrowthMiB)?.toFixed(0) ?? '–',
      },
    })),
    goals: [
      {
        text: 'of the p99 without stuck clients',
        value: ratio(p99(some), p99(all)),
        must: 'at most',
        limit: 1.2,
      },
      { text: 'MiB buffered in the server', value: buffered, must: 'at most', limit: 16 },
    ],
    notes: rounds.notes,
    runs: rounds.runs,
  };
}

function run(bench: Bench, kind: ServerKind, areStuck: boolean): Promise<Run<Stuck>> {
  const { healthy, stuck: count, events, rate } = bench.settings.stuck;
  return onStage(bench, kind, { owners: bench.settings.owners }, async (stage) => {
    const { server, listeners, writers, watch } = stage;
    const others = healthy - busyTabs;
    const openAs = (owners: readonly number[]) =>
      listeners.ask('open', { place: server.place, streams: owners.map((owner) => server.stream(owner)) });
    // In the other run they are open and read, so that both servers have the same work.
    await openAs(Array.from({ length: count }, () => busyOwner));
    await openAs(Array.from({ length: busyTabs }, () => busyOwner));
    await openAs(Array.from({ length: others }, (_, i) => i + 1));
    if (areStuck) await listeners.ask('fallSilent', count);
    await server.ask?.('collectGarbage');
    const before = residentKiB(server);

    const owners = randomOwners(events + Math.floor(events / othersEvery), others).map((owner, i) =>
      i % (othersEvery + 1) === othersEvery ? owner + 1 : busyOwner,
    );
    const busy = busyTabs + (areStuck ? 0 : count);
    const expected = owners.reduce((sum, owner) => sum + (owner === busyOwner ? busy : 1), 0);
    const waiting = listeners.ask('heard', {
      count: expected,
      limitMs: (events / rate) * 2000 + heardLimitMs,
    });
    const { result } = await watch(() => writers.ask('openLoop', { rate, owners, first: 0 }));
    await waiting;
    const bufferedMiB = (await buffered(stage)) / 2 ** 20;
    const heard = await listeners.ask('take');
    const latencies = heard.atMs.map(
      (atMs, i) => atMs - result.startMs - (heard.numbers[i] ?? 0) * result.intervalMs,
    );
    return {
      value: {
        latency: percentiles(latencies),
        bufferedMiB,
        rssGrowthMiB: (residentKiB(server) - before) / 1024,
      },
      faults: addFaults(
        faultsOf(heard, { first: 0, owners }, (owner) => (owner === busyOwner ? busy : 1)),
        { ...noFaults, failed: result.failed },
      ),
    };
  });
}

/** What Carillon's metrics say. */
async function buffered({ server }: Stage): Promise<number> {
  const response = await fetch(`http://${server.place.host}:${server.place.port}/metrics`);
  const [, bytes] = /^carillon_buffered_bytes (\d+)/m.exec(await response.text()) ?? [];
  return Number(bytes);
}
