import { parseArgs } from 'node:util';
import { passes, printOutcome, printTally } from './printing.ts';
import { run } from './run.ts';
import { describeSchedule, faultNames, type FaultName, scheduleOf } from './schedule.ts';

const usage = `usage: npm run chaos -- [--seed <whole number>] [--seconds <number>, 60 unless given] [--faults ${faultNames.join(',')}]`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    faults: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const seconds = Number(values.seconds);
const faults = (values.faults?.split(',') ?? faultNames) as FaultName[];
if (!Number.isSafeInteger(seed) || !(seconds > 0) || !faults.every((fault) => faultNames.includes(fault))) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

// As an exit, so that what was begun is ended.
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
console.log(`seed ${seed}, ${seconds} s, faults: ${faults.join(', ')}`);
console.log(describeSchedule(scheduleOf(seed, seconds, faults)).join('\n'));
const outcome = await run({ seed, seconds, faults, herdSize: seconds > 120 ? 5_000 : 1_000, pauseMs: 30 });
printOutcome(outcome);
printTally([outcome]);
process.exit(passes([outcome]) ? 0 : 1);
