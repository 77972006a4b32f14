const onlySeed = process.env['CARILLON_SEED'];

/** CARILLON_SEED=n runs that one alone; otherwise two that are always the same, and a new one. */
export const seeds = onlySeed === undefined ? [1, 2, Date.now() % 1_000_000] : [Number(onlySeed)];
