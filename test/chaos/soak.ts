import { parseArgs } from 'node:util';
import { passes, printOutcome, printTally } from './printing.ts';
import { run } from './run.ts';
import { describeSchedule, type FaultName, scheduleOf } from './schedule.ts';

/*
 * One process under faults that leave it alive, for long: what it holds in the end against what it held after the
 * warm-up. For hand use; `chaos` is the one that kills.
 */

const usage = 'usage: npm run soak -- [--minutes <number>, 30 unless given] [--seed <whole number>]';
const faults: readonly FaultName[] = ['stop', 'slow-disk', 'clock', 'cut', 'slow', 'proxy', 'expiry'];
/** Of the whole time; by then the caches are warm that are filled by use. */
const warmUpShare = 0.2;
/** SQLite's page cache (64 MiB) and the verified tokens that are remembered may still grow. */
const allowanceMebibytes = 128;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const seconds = Number(values.minutes) * 60;
if (!Number.isSafeInteger(seed) || !(seconds > 0)) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

// As an exit, so that what was begun is ended.
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
console.log(`seed ${seed}, ${seconds} s, faults: ${faults.join(', ')}`);
console.log(describeSchedule(scheduleOf(seed, seconds, faults)).join('\n'));
const outcome = await run({
  seed,
  seconds,
  faults,
  herdSize: 0,
  pauseMs: 200,
  memory: { warmUpSeconds: warmUpShare * seconds, allowanceMebibytes },
});
printOutcome(outcome);
printTally([outcome]);
process.exit(passes([outcome]) ? 0 : 1);
