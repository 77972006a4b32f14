import type { Progress } from '../report/progress.ts';
import type { CarillonSeed } from '../servers/carillon-seed.ts';
import type { ServerKind } from '../servers/server.ts';
import type { Settings } from '../settings.ts';

/** What the scenarios of one run of the benchmark share. */
export interface Bench {
  readonly settings: Settings;
  /** For databases and logs; it is removed in the end. */
  readonly folder: string;
  readonly kinds: Kinds;
  readonly progress: Progress;
  readonly seed: () => Promise<CarillonSeed>;
  /** Where a profile of Carillon goes, without its ending; undefined when none is wanted. */
  readonly profile: string | undefined;
}

export interface Kinds {
  readonly carillon: ServerKind;
  readonly ceiling: ServerKind;
  readonly express: ServerKind;
  readonly nest: ServerKind;
  readonly betterSse: ServerKind;
  readonly nchan: ServerKind;
  /** Carillon in one process on PostgreSQL, and in three with Redis. */
  readonly postgres: ServerKind;
  readonly fleet: ServerKind;
}
