import { z } from 'zod';

/** What a user hears of a topic: everything, only what addresses them, or nothing. */
export const WatchLevel = z.enum(['all', 'direct', 'none']);
export type WatchLevel = z.infer<typeof WatchLevel>;

/**
 * Why a user has a level: they own the topic's report, they commented on it, they chose it, or access was taken away.
 * What a user chose (`manual`) is never overwritten by what Carillon infers.
 */
export const WatchCause = z.enum(['owner', 'commented', 'manual', 'denied']);
export type WatchCause = z.infer<typeof WatchCause>;

/** One user's level for one topic. */
export interface Watch {
  readonly topic: string;
  readonly level: WatchLevel;
  readonly because: WatchCause;
  /** Since when, in Unix milliseconds. Earlier activities do not concern the user. */
  readonly since: number;
}

/** The user id of the row that says what holds for everybody without a row. No user can have it. */
export const everybody = '';

/** A watch as its user, or a publisher, sees it. */
export interface ShownWatch {
  readonly topic: string;
  readonly level: WatchLevel;
  /** Null when the user has no row, and the default holds. */
  readonly because: WatchCause | null;
  readonly since: string | null;
  /** Of the report that the topic is; null for other topics. Only in a list of watches. */
  readonly title?: string | null;
}

/** What a publisher sets for some users, or for everybody who has no watch of their own. */
export interface WatchChange {
  readonly users: readonly string[] | 'everybody';
  readonly level: WatchLevel;
  readonly because: WatchCause;
}
