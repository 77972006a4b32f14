import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bench } from '../measure/bench.ts';
import { deliver } from '../measure/deliver.ts';
import { alternate, type Run } from '../measure/rounds.ts';
import { median } from '../measure/statistics.ts';
import { createProgress } from '../report/progress.ts';
import * as idle from '../scenarios/idle.ts';
import * as post from '../scenarios/post.ts';
import * as replay from '../scenarios/replay.ts';
import { type CarillonSeed, makeSeed } from '../servers/carillon-seed.ts';
import { carillonKind } from '../servers/carillon.ts';
import { fleetKind, makeFleetSeed } from '../servers/fleet.ts';
import type { ServerKind } from '../servers/server.ts';
import { startServices, type Services } from '../servers/services.ts';
import { full, quick } from '../settings.ts';

/*
 * Compares Carillon of two trees in turns, A B A B, and prints the medians and their ratio:
 *   node bench/trees/run.ts <tree> <other tree> [rounds] [measurement …]
 * Each tree's database is made by its own server through the API, so the tables may differ.
 */

const [, , one, other, rounds = '3', ...wanted] = process.argv;
if (one === undefined || other === undefined)
  throw new Error('usage: run.ts <tree> <other tree> [rounds] [measurement …]');
const settings = process.env['QUICK'] === undefined ? full : quick;
const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const names = ['carillon-a', 'carillon-b'] as const;
const trees = await Promise.all(
  [one, other].map(async (tree, i) => {
    const own = join(folder, names[i] ?? '');
    mkdirSync(own);
    const url = pathToFileURL(`${resolve(tree)}/`);
    return { name: names[i] ?? '', own, seed: await makeSeed(own, settings.owners, settings.writers, url) };
  }),
);
let services: Services | undefined;

const sqlite = (): ServerKind[] =>
  trees.map(({ name, seed }) => carillonKind(() => Promise.resolve<CarillonSeed>(seed), name));

async function postgres(): Promise<ServerKind[]> {
  const running = (services ??= await startServices());
  const kinds: ServerKind[] = [];
  for (const { name, own, seed } of trees) {
    const fleetSeed = await makeFleetSeed(own, seed, running, `seed_${name.at(-1)}`);
    kinds.push(
      fleetKind(
        1,
        () => Promise.resolve(seed),
        () => Promise.resolve(fleetSeed),
        name,
      ),
    );
  }
  return kinds;
}

interface Measurement {
  readonly name: string;
  readonly kinds: () => Promise<ServerKind[]>;
  readonly run: (bench: Bench, kind: ServerKind) => Promise<Run<Record<string, number>>>;
}

const measurements: readonly Measurement[] = [
  { name: 'post', kinds: () => Promise.resolve(sqlite()), run: posted },
  { name: 'post-postgres', kinds: postgres, run: posted },
  {
    name: 'replay',
    kinds: () => Promise.resolve(sqlite()),
    run: (bench, kind) =>
      figures(replay.run(bench, kind), ({ completeMs, peakMiB }) => ({ completeMs, peakMiB })),
  },
  {
    name: 'delivery',
    kinds: () => Promise.resolve(sqlite()),
    run: (bench, kind) =>
      figures(deliver(bench, kind, settings.delivery), ({ latency, cpuPer100k }) => ({
        p50: latency.p50,
        p99: latency.p99,
        cpuPer100k,
      })),
  },
  {
    name: 'idle',
    kinds: () => Promise.resolve(sqlite()),
    run: (bench, kind) => figures(idle.run(bench, kind), (kibPerStream) => ({ kibPerStream })),
  },
];

async function posted(bench: Bench, kind: ServerKind): Promise<Run<Record<string, number>>> {
  return figures(post.run(bench, kind), ({ perSecond, latency, cpuSeconds, bytesEach }) => ({
    perSecond,
    p50: latency.p50,
    p99: latency.p99,
    cpuMsEach: (cpuSeconds * 1000) / (perSecond * (settings.post.durationMs / 1000)),
    ...(bytesEach !== undefined && { bytesEach }),
  }));
}

async function figures<T>(run: Promise<Run<T>>, of: (value: T) => Record<string, number>) {
  const { value, faults } = await run;
  return { value: of(value), faults };
}

const chosen = wanted.length === 0 ? measurements : measurements.filter(({ name }) => wanted.includes(name));
const progress = createProgress(chosen.length * 2 * Number(rounds), process.stderr);
for (const { name, kinds, run } of chosen) {
  const pair = await kinds();
  const bench = { settings, folder, progress } as unknown as Bench;
  const measured = await alternate(bench, { name, kinds: pair, rounds: Number(rounds) }, (kind) =>
    run(bench, kind),
  );
  progress.clear();
  process.stdout.write(`${name}\n`);
  const [a = [], b = []] = pair.map((kind) => measured.of(kind));
  for (const figure of Object.keys(a[0] ?? {})) {
    const values = [a, b].map((runs) => runs.map((value) => value[figure] ?? NaN));
    const [ma = NaN, mb = NaN] = values.map(median);
    const all = values.map((runs) => runs.map((value) => value.toFixed(2)).join(' ')).join(' | ');
    process.stdout.write(
      `  ${figure}: ${ma.toFixed(2)} ${mb.toFixed(2)}, ratio ${(ma / mb).toFixed(3)}  (${all})\n`,
    );
  }
  for (const note of measured.notes) process.stdout.write(`  ${note}\n`);
}
process.exit(0);
