import { expect, test } from 'vitest';
import { Hub } from '../../src/stream/hub.ts';
import { runWorld } from './model.ts';
import { mutantHub, mutants } from './mutants.ts';

/** CARILLON_SEED=n runs that world alone; CARILLON_WORLDS=n so many. */
const onlySeed = process.env['CARILLON_SEED'];
const worlds = Number(process.env['CARILLON_WORLDS'] ?? 3000);
const seeds = onlySeed === undefined ? Array.from({ length: worlds }, (_, i) => i + 1) : [Number(onlySeed)];

test('whatever store, bus, and sockets do, every reader gets 1…N exactly once and in order', async () => {
  for (const seed of seeds) expect(await runWorld(Hub, seed), `seed ${seed}`).toEqual([]);
});

test.each(mutants)('the worlds above find this fault: $name', async (mutant) => {
  const MutantHub = await mutantHub(mutant);
  for (const seed of seeds) {
    const faults = await runWorld(MutantHub, seed);
    if (faults.length > 0) return;
  }
  expect.unreachable(`${seeds.length} worlds did not find it`);
});
