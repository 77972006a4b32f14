import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { limits } from '../servers/carillon-seed.ts';
import type { Settings } from '../settings.ts';
import { chartOf } from './chart.ts';
import { type Machine, machineLine } from './machine.ts';
import { isMet, type ScenarioResult } from './result.ts';

const folder = (name: string) => fileURLToPath(new URL(`../${name}/`, import.meta.url));

/** Keeps what a run found out: all of it as JSON, and a chart per scenario. @returns the JSON's path */
export function writeFiles(results: readonly ScenarioResult[], machine: Machine, settings: Settings): string {
  const date = new Date().toISOString();
  const charts = folder('charts');
  mkdirSync(charts, { recursive: true });
  for (const result of results) {
    if (result.bars.length === 0) continue;
    const footnote = `${machineLine(machine)}, ${date.slice(0, 10)}`;
    writeFileSync(`${charts}${result.name}.svg`, chartOf(result, footnote));
  }
  mkdirSync(folder('results'), { recursive: true });
  const path = `${folder('results')}${date.slice(0, 16).replace('T', '-').replace(':', '')}.json`;
  const scenarios = results.map((result) => ({
    ...result,
    goals: result.goals.map((goal) => ({ ...goal, met: isMet(goal) ?? null })),
  }));
  const content = { date, machine, settings, carillon: limits, scenarios };
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
  return path;
}
