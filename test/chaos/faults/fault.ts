import type { Random } from '../../support/random.ts';
import type { World } from '../world.ts';

/** One fault, with all its choices made. */
export interface Act {
  readonly holdMs: number;
  readonly random: Random;
}

/** Plays one fault and ends it. Rejects when it could not be played; that is nobody's fault but the machine's. */
export type Fault = (world: World, act: Act) => Promise<void>;
