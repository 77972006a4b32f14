import type { Place, StreamRequest } from '../load/listener.ts';
import type { OneRequest } from '../load/writers.ts';
import type { AskProbe } from './process.ts';
import type { ServiceCounters } from './services.ts';

/** A server that is measured: Carillon, or one of its peers. */
export interface ServerKind {
  /** Its name on the command line and in results. */
  readonly name: string;
  /** Its name in tables and charts. */
  readonly label: string;
  /** Why it cannot run here; undefined when it can. */
  readonly missing?: string | undefined;
  start(folder: string, options: StartOptions): Promise<Server>;
}

export interface StartOptions {
  /** How many users there are, each with a report of their own. */
  readonly owners: number;
  /** A database to start from, instead of one with the users' reports and nothing else. */
  readonly database?: string | undefined;
}

/** Something that many watch. */
export interface Watched {
  /** The request that tells all of them; with `number` they know which one it was. */
  readonly tell: (number: number) => OneRequest;
  /** The path of a report that they watch as well, where there are reports to watch. */
  readonly report?: string;
}

/** A running server. */
export interface Server {
  readonly place: Place;
  /** All of them, where it is several processes. */
  readonly places?: readonly [Place, ...Place[]];
  /** Its processes. */
  readonly pids: readonly number[];
  /** Asks the probe in it; undefined where there is none, because it does not run on Node. */
  readonly ask?: AskProbe;
  /** The request for a stream of this user's events. */
  readonly stream: (owner: number) => StreamRequest;
  /** The path to post to, so that this user hears of it. */
  readonly path: (owner: number) => string;
  /** A path to post to, so that everybody who has a stream hears of it, whoever they are. */
  readonly pathToAll: string;
  /** The header lines of the writer with this index. */
  readonly writer: (index: number) => string;
  /** Who the streams of a fan-out belong to: one user, or each a user of its own where one user can have but one. */
  readonly oneStreamPerUser: boolean;
  /** Whether events are posted to it ready-made, because it makes none out of comments. */
  readonly takesEvents?: boolean;
  /** Lets the first `count` users, and others where there are not so many, watch one thing. @returns how to tell them of it */
  readonly watched?: (count: number) => Promise<Watched>;
  /** Lets `count` users hear of the comments to each user: that user and others. Undefined where only one can. */
  readonly letHear?: (count: number) => Promise<void>;
  /** How many comments are in its database; undefined where it keeps none. */
  readonly comments?: () => number;
  /** What the services behind it have done so far; undefined where there are none. */
  readonly counters?: () => Promise<ServiceCounters>;
  readonly stop: () => Promise<void>;
}
