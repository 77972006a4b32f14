import type { ServerKind } from '../servers/server.ts';
import type { Bench } from './bench.ts';
import { describeFaults, type Faults } from './faults.ts';

/** One run of one server. */
export interface Run<T> {
  readonly value: T;
  readonly faults: Faults;
}

/** What the runs of each server gave, void ones left out. */
export interface Rounds<T> {
  of(kind: ServerKind): readonly T[];
  /** Which runs are void and why, and who could not run at all. */
  readonly notes: readonly string[];
  /** Every run, as it goes into the results. */
  readonly runs: readonly RunRecord[];
}

export interface RunRecord {
  readonly server: string;
  readonly round: number;
  readonly value: unknown;
  readonly faults: Faults;
  readonly void: boolean;
}

/** Lets the servers take turns, A B A B, so that what the machine does meanwhile falls on all of them. */
export async function alternate<T>(
  { progress, profile }: Bench,
  { name, kinds, rounds }: { name: string; kinds: readonly ServerKind[]; rounds: number },
  run: (kind: ServerKind) => Promise<Run<T>>,
): Promise<Rounds<T>> {
  const notes = kinds.flatMap(({ label, missing }) =>
    missing === undefined ? [] : [`${label}: not run, ${missing}`],
  );
  const able = kinds.filter(({ missing }) => missing === undefined);
  // A profile is of Carillon, and one is enough.
  const turns = profile === undefined ? rounds : 1;
  const some = profile === undefined ? able : able.filter((kind) => kind.name.startsWith('carillon'));
  const values = new Map<string, T[]>();
  const runs: RunRecord[] = [];
  for (let round = 1; round <= turns; round++) {
    for (const kind of some) {
      progress.step(`${name}: ${kind.label}, round ${round} of ${turns}`);
      const { value, faults } = await run(kind);
      const why = describeFaults(faults);
      runs.push({ server: kind.name, round, value, faults, void: why !== '' });
      if (why === '') values.set(kind.name, [...(values.get(kind.name) ?? []), value]);
      else notes.push(`${kind.label}, round ${round}: VOID, ${why}`);
    }
  }
  return { of: (kind) => values.get(kind.name) ?? [], notes, runs };
}
