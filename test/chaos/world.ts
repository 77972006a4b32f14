import type { FaultyProxy } from '../support/faulty-proxy.ts';
import type { Clock } from './clock.ts';
import type { Disk } from './disk.ts';
import type { Evidence } from './evidence.ts';
import type { Markers } from './markers.ts';
import type { Publishers } from './publishers.ts';
import type { Readers } from './readers/readers.ts';
import type { TormentedServer } from './server.ts';
import type { Tokens } from './tokens.ts';
import type { Writers } from './writers.ts';

/** Everything that a fault may lay hands on. */
export interface World {
  readonly server: TormentedServer;
  readonly proxies: readonly FaultyProxy[];
  readonly clock: Clock;
  readonly disk: Disk;
  readonly tokens: Tokens;
  readonly readers: Readers;
  readonly writers: Writers;
  readonly publishers: Publishers;
  readonly markers: Markers;
  readonly evidence: Evidence;
  /** Why no fsync can be held up or fail on this machine; undefined when it can. */
  readonly straceExcuse: string | undefined;
  /** Owner → id of their report. */
  readonly reportOf: ReadonlyMap<string, string>;
  /** How many clients come back at once. */
  readonly herdSize: number;
  /** Says something that is no finding, such as why a fault could not be played. */
  readonly note: (text: string) => void;
}
