import { expect, onTestFinished, test } from 'vitest';
import { createRandom } from '../../support/random.ts';
import { makeRequest } from './request.ts';
import { fuzz } from './run.ts';
import { startTarget } from './target.ts';

const seed = Number(process.env['CARILLON_SEED'] ?? Date.now() % 1_000_000);

test(`ten seconds of nearly valid requests break nothing (seed ${seed})`, async () => {
  const target = await startTarget();
  onTestFinished(() => target.stop());
  const { findings, cases, statuses } = await fuzz(target, { seed, seconds: 10 });
  expect(findings, `npm run fuzz -- --seed ${seed} --case N repeats one`).toEqual([]);
  // Whoever only knocks at the door has fuzzed nothing.
  expect(cases).toBeGreaterThan(200);
  for (const status of ['200', '201', '400', '401', '404']) expect(statuses.get(status)).toBeGreaterThan(0);
});

test('the same seed makes the same requests', () => {
  const known = { tokens: ['t'], ids: ['i'], cursors: ['c.1'], tickets: ['k'] };
  const made = (of: number) => {
    const random = createRandom(of);
    return Array.from({ length: 50 }, () => makeRequest(random, known).toString('latin1'));
  };
  expect(made(7)).toEqual(made(7));
  expect(made(7)).not.toEqual(made(8));
});
