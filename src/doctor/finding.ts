/** What may stand between a client and Carillon. */
export type Code =
  | 'path-prefix'
  | 'authorization'
  | 'caching'
  | 'buffering'
  | 'compression'
  | 'last-event-id'
  | 'idle'
  | 'http1'
  | 'trust-proxy'
  | 'cors'
  | 'clock'
  | 'processes';

/** One thing that is wrong. */
export interface Finding {
  readonly code: Code;
  /** What was seen. */
  readonly what: string;
  /** What to write, by where it is written: `nginx`, `Caddy`, `Carillon`, `elsewhere` (another proxy or load balancer). */
  readonly remedy: Readonly<Record<string, string>>;
}

/** What came of looking at one address. */
export interface Report {
  readonly url: string;
  readonly findings: readonly Finding[];
  /** What was looked at and is as it should be. */
  readonly fine: readonly Code[];
  /** What was not looked at, and why. */
  readonly skipped: Readonly<Partial<Record<Code, string>>>;
}

/** The address cannot be examined: nothing answers there, it is not Carillon, or it refuses the token. */
export class NotExaminable extends Error {
  override readonly name = 'NotExaminable';
}
