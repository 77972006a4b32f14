import { parseArgs } from 'node:util';
import { fuzz, type FuzzResult } from './run.ts';
import { startTarget } from './target.ts';

/* npm run fuzz -- [--seed S] [--seconds T] [--case N]: throws nearly valid requests at a server. Exit code 1 on a finding. */

const { values } = parseArgs({
  options: { seed: { type: 'string' }, seconds: { type: 'string' }, case: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const seconds = Number(values.seconds ?? 60);
const only = values.case === undefined ? undefined : Number(values.case);
for (const value of [seed, seconds, only ?? 0]) {
  if (!Number.isSafeInteger(value) || value < 0) {
    process.stderr.write('Expected whole numbers: npm run fuzz -- --seed 7 --seconds 60 --case 1234\n');
    process.exit(2);
  }
}

console.log(`seed ${seed}, ${seconds} s`);
const target = await startTarget();
const result = await fuzz(target, { seed, seconds, ...(only !== undefined && { only }) });
await target.stop();
print(result);
process.exit(result.findings.length === 0 ? 0 : 1);

function print({ cases, statuses, findings, slowestMs, slowestControlMs, megabytes }: FuzzResult): void {
  const counts = [...statuses].sort().map(([status, count]) => `${status} ${count}`);
  console.log(`${cases} cases; answers: ${counts.join(', ')}`);
  console.log(`slowest ${Math.round(slowestMs)} ms, slowest healthy one ${Math.round(slowestControlMs)} ms`);
  const { before, most, after } = megabytes;
  console.log(
    `memory: ${Math.round(before)} MB before, ${Math.round(most)} at most, ${Math.round(after)} after`,
  );
  for (const finding of findings.slice(0, 50)) console.log(`FOUND: ${finding}`);
  console.log(
    findings.length === 0 ? 'nothing found' : `${findings.length} found; repeat with --seed ${seed} --case N`,
  );
}
