import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Bench, Kinds } from './measure/bench.ts';
import { writeFiles } from './report/files.ts';
import { describeMachine, machineLine, sourceOf } from './report/machine.ts';
import { writePage } from './report/pages.ts';
import { createProgress } from './report/progress.ts';
import { isMet, type ScenarioResult } from './report/result.ts';
import { printResult } from './report/table.ts';
import { scenarios, stepsOf } from './scenarios/index.ts';
import { carillonKind } from './servers/carillon.ts';
import { type CarillonSeed, makeSeed } from './servers/carillon-seed.ts';
import { type FleetSeed, fleetKind, makeFleetSeed } from './servers/fleet.ts';
import { nchan } from './servers/nchan.ts';
import { betterSse, ceiling, expressPost, nest } from './servers/peers.ts';
import { startServices } from './servers/services.ts';
import { full, quick } from './settings.ts';

const usage = `usage: npm run bench -- [--quick] [scenario …]
       npm run profile -- [--quick] scenario
scenarios: ${[...scenarios.keys()].join(', ')}; all of them but fleet unless some are named`;

/** The fleet measures Carillon against itself, and would make the ten minutes fifteen. */
const oneProcess = [...scenarios.keys()].filter((name) => name !== 'fleet');

interface Request {
  readonly names: readonly string[];
  readonly isQuick: boolean;
  readonly wantsProfile: boolean;
}

function requestOf(args: readonly string[]): Request | undefined {
  const options = { quick: { type: 'boolean' }, profile: { type: 'boolean' } } as const;
  try {
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options });
    const wantsProfile = values.profile === true;
    const names = positionals.length > 0 ? positionals : oneProcess;
    if (!names.every((name) => scenarios.has(name)) || (wantsProfile && names.length !== 1)) return undefined;
    return { names, isQuick: values.quick === true, wantsProfile };
  } catch {
    return undefined; // An option that does not exist.
  }
}

async function run({ names, isQuick, wantsProfile }: Request, folder: string): Promise<ScenarioResult[]> {
  const settings = isQuick ? quick : full;
  const progress = createProgress(stepsOf(names, settings), process.stderr);
  const seed = once<CarillonSeed>(() => makeSeed(folder, settings.owners, settings.writers));
  const profile = wantsProfile ? profilePath(names) : undefined;
  const bench: Bench = { settings, folder, kinds: kindsFor(folder, seed), progress, seed, profile };
  const results: ScenarioResult[] = [];
  for (const name of names) {
    const result = await scenarios.get(name)?.run(bench);
    progress.clear();
    if (result === undefined) continue;
    results.push(result);
    if (!wantsProfile) printResult(result, process.stdout);
  }
  if (profile !== undefined) {
    process.stdout.write(
      `${profile}.cpuprofile and .heapsnapshot: open them in the DevTools of Chromium (Performance, Memory) or in VS Code.\n`,
    );
  } else if (!isQuick) {
    const path = writeFiles(results, machine, settings);
    for (const { page } of results) if (page !== undefined) writePage(page, sourceOf(machine));
    process.stdout.write(`\n${machineLine(machine)}; written to ${path}, charts in bench/charts/\n`);
  }
  return results;
}

function kindsFor(folder: string, seed: () => Promise<CarillonSeed>): Kinds {
  const fleetSeed = once<FleetSeed>(async () => makeFleetSeed(folder, await seed(), await startServices()));
  return {
    postgres: fleetKind(1, seed, fleetSeed),
    fleet: fleetKind(3, seed, fleetSeed),
    carillon: carillonKind(seed),
    ceiling,
    express: expressPost,
    nest,
    betterSse,
    nchan,
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function profilePath(names: readonly string[]): string {
  const folder = fileURLToPath(new URL('profiles/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  return `${folder}${names.join('-')}`;
}

const machine = describeMachine();
const request = requestOf(process.argv.slice(2));
if (request === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// The servers and load processes end with this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
const results = await run(request, folder);
// A void run is a fault of a server; a goal that is not reached is a finding.
const isVoid = results.some(({ runs }) => runs.some((one) => one.void));
const goals = results.flatMap((result) => result.goals.map(isMet));
if (!request.wantsProfile) {
  process.stdout.write(`${goals.filter((met) => met === true).length} of ${goals.length} goals met\n`);
}
process.exit(isVoid ? 1 : 0);
