import type { Heard } from '../load/listeners.ts';

/** What must not happen: a run in which it did is void. */
export interface Faults {
  /** Events that a client did not get. */
  readonly missed: number;
  readonly doubled: number;
  /** Events that came to somebody else's stream, or that nobody wrote. */
  readonly strayed: number;
  /** Ids of a stream that left one out or went back. */
  readonly misnumbered: number;
  /** Streams that ended. */
  readonly lost: number;
  /** Comments that were refused, or are not in the database. */
  readonly failed: number;
}

export const noFaults: Faults = { missed: 0, doubled: 0, strayed: 0, misnumbered: 0, lost: 0, failed: 0 };

/** What was written: comment `first` + i was for the user `owners[i]`. */
export interface Sent {
  readonly first: number;
  readonly owners: Uint32Array;
}

/** Compares what was heard with what was sent, where each user has so many streams. */
export function faultsOf(
  heard: Heard,
  { first, owners }: Sent,
  streamsOf: (owner: number) => number,
): Faults {
  let expected = 0;
  for (const owner of owners) expected += streamsOf(owner);
  let right = 0;
  let strayed = 0;
  heard.numbers.forEach((number, i) => {
    if (owners[number - first] === heard.owners[i]) right++;
    else strayed++;
  });
  const { doubled, misnumbered, lost } = heard;
  return { ...noFaults, missed: expected - right, strayed, doubled, misnumbered, lost };
}

export function addFaults(...all: readonly Faults[]): Faults {
  const sum = { ...noFaults } as Record<keyof Faults, number>;
  for (const one of all) for (const kind of kinds) sum[kind] += one[kind];
  return sum;
}

/** In words, such as "3 missed, 1 doubled"; empty when there are none. */
export function describeFaults(faults: Faults): string {
  return kinds
    .filter((kind) => faults[kind] !== 0)
    .map((kind) => `${faults[kind]} ${kind}`)
    .join(', ');
}

const kinds = Object.keys(noFaults) as (keyof Faults)[];
