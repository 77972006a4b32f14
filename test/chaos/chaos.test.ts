import { expect, test } from 'vitest';
import { sometimes } from './evidence.ts';
import { neverSeen } from './printing.ts';
import { type Outcome, run } from './run.ts';
import type { FaultName } from './schedule.ts';

/** Together they have every fault. How long each takes is not judged; the limits within are generous. */
const seeds: readonly { seed: number; seconds: number; faults: FaultName[] }[] = [
  { seed: 1, seconds: 8, faults: ['kill', 'term', 'cut', 'slow'] },
  { seed: 2, seconds: 9, faults: ['stop', 'slow-disk', 'fsync', 'clock', 'proxy'] },
  { seed: 3, seconds: 8, faults: ['prune', 'full-disk', 'kill', 'expiry'] },
  { seed: 4, seconds: 3, faults: ['herd'] },
];
const limitMs = 10 * 60_000;
const outcomes: Outcome[] = [];

test.each(seeds)(
  'nothing is lost, doubled, or leaked: seed $seed with $faults',
  { timeout: limitMs },
  async ({ seed, seconds, faults }) => {
    const outcome = await run({ seed, seconds, faults, herdSize: 300, pauseMs: 30 });
    outcomes.push(outcome);
    const { findings, figures, notes } = outcome;
    expect(findings, JSON.stringify({ figures, notes })).toEqual([]);
    expect(figures['acknowledged']).toBeGreaterThan(100);
    expect(figures['events']).toBeGreaterThan(300);
  },
);

test('over all seeds, everything was seen that shows that the faults did something', () => {
  const notes = outcomes.map(({ seed, tally, notes: said }) => ({ seed, tally, notes: said }));
  expect(neverSeen(outcomes), JSON.stringify(notes, undefined, 2)).toEqual([]);
  expect(Object.keys(outcomes[0]?.tally ?? {})).toEqual(Object.keys(sometimes));
});
