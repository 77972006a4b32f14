import { rmSync } from 'node:fs';
import { test } from 'vitest';
import { mutants, mutantSource } from './mutants.ts';
import { run } from './run.ts';

/** Enough for some of everything; the faults of the world are left out, because this one is in the server. */
const options = {
  seed: 1,
  seconds: 2,
  publications: 40,
  faults: [],
  herdSize: 0,
  pauseMs: 8,
  restLimitMs: 8_000,
};

// Most of a run is waiting, so several go at once.
test.concurrent.for(mutants)(
  'the ledger finds this fault: $name',
  { timeout: 5 * 60_000 },
  async ({ finding, ...mutant }, { expect, onTestFinished }) => {
    const source = mutantSource({ finding, ...mutant });
    onTestFinished(() => rmSync(source, { recursive: true, force: true }));
    const { findings, figures } = await run({ ...options, source });
    expect(
      findings.map(({ kind }) => kind),
      JSON.stringify(figures),
    ).toContain(finding);
  },
);
