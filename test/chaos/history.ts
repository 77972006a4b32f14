import type { Counts } from '../../src/domain/notification.ts';

/*
 * What a run leaves behind: what the writers were told, what the readers saw, and what the store holds in the end.
 * Plain data, so that a checker can judge it and a test can forge it.
 */

/** Something that was said under a key of its own: a comment, or an activity of a backend. */
interface Said {
  /** The first word of each of its texts, and of no other text. */
  readonly key: string;
  /** Those that it may have in the end: the last that was acknowledged, and what came after it. Three words each. */
  readonly texts: string[];
  /** `ok`: it was acknowledged. `refused`: every answer said that nothing was changed. `unknown`: anything else. */
  outcome: 'ok' | 'refused' | 'unknown';
  /** Whether it was taken back: `asked` is that nobody knows. */
  gone: 'no' | 'asked' | 'done';
  /** When that was acknowledged, in milliseconds of `performance.now()`. */
  goneAt?: number;
}

/** One comment that somebody tried to post, again and again under its key until the answer was known. */
export interface Write extends Said {
  readonly author: string;
  readonly reportId: string;
  /** Who is spoken to. */
  readonly mentions: readonly string[];
  /** Where it began among all that the writers began and heard: 1, 2, 3 … */
  readonly begun: number;
  /** Where its answer was known; undefined before. */
  ended?: number;
  /** What the 201 says. */
  commentId?: string;
}

/** One activity that a backend published under its key. */
export interface Publication extends Said {
  /** Whom it concerns. */
  readonly users: readonly string[];
  /** Why they hear of it. */
  readonly reason: string;
  /** Whether it is taken back by itself after a while. */
  readonly expires: boolean;
  activityId?: string;
  /** Whether it was taken back before it had reached everybody. */
  isEarly?: boolean;
}

/** What a reader saw and did, in order. */
export type Entry =
  /** It asked for a stream at `at` (milliseconds of `performance.now()`), with this cursor or none. */
  | { readonly kind: 'connect'; readonly cursor: string | undefined; readonly at: number }
  | InboxEntry
  | {
      readonly kind: 'reset';
      readonly id: string;
      readonly reason: string;
      readonly seq: number;
      readonly counts: Counts;
    }
  | SyncEntry
  | { readonly kind: 'ping'; readonly seq: number }
  | { readonly kind: 'goodbye'; readonly reason: string };

/** A numbered event of an inbox. */
export interface InboxEntry {
  readonly kind: 'event';
  /** `<epoch>.<seq>` */
  readonly id: string;
  readonly type: string;
  readonly seq: number;
  /** Of what is the same wherever the event is seen. */
  readonly digest: string;
  readonly counts: Counts;
  /** Which notification it is about, which is also the id of its comment or activity; undefined of many. */
  readonly notificationId: string | undefined;
  /** The first three words that it shows of that; undefined of one that is gone. */
  readonly text: string | undefined;
}

export interface SyncEntry {
  readonly kind: 'sync';
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly missed: number;
  readonly counts: Counts;
  /** Which start of the server sent it: 1, 2, 3 … */
  readonly serverRun: number;
}

export interface ReaderLog {
  /** Such as `ann's eventsource 2`. */
  readonly name: string;
  readonly user: string;
  /** False for one that was stopped before the end: it need not have everything, only nothing wrong. */
  isComplete: boolean;
  readonly entries: Entry[];
}

/** What the store holds when all has come to rest. */
export interface FinalState {
  readonly epoch: string;
  /** Report id → owner. */
  readonly owners: ReadonlyMap<string, string>;
  readonly comments: readonly StoredComment[];
  /** Those that a backend published. */
  readonly activities: readonly StoredActivity[];
  /** By user. */
  readonly inboxes: ReadonlyMap<string, StoredInbox>;
}

export interface StoredComment {
  readonly id: string;
  readonly reportId: string;
  readonly author: string;
  /** The first three words of its body. */
  readonly text: string;
  readonly isDeleted: boolean;
}

export interface StoredActivity {
  readonly id: string;
  readonly key: string;
  /** Its title. */
  readonly text: string;
  readonly isRetracted: boolean;
}

export interface StoredInbox {
  readonly seq: number;
  /** Events up to it were pruned. */
  readonly floor: number;
  /** As the inbox keeps them. */
  readonly counts: Counts;
  /** As the API says. */
  readonly told: Counts;
  /** As its notifications add up. */
  readonly counted: Counts;
  /** Those above the floor, in order. */
  readonly events: readonly { readonly seq: number; readonly digest: string }[];
  readonly notifications: readonly StoredNotification[];
}

export interface StoredNotification {
  readonly seq: number;
  readonly activityId: string;
  readonly reason: string;
}

/** Something that must go back to where it was when everybody has gone. */
export interface Resource {
  /** Such as `sockets`. */
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** How much more than before is no leak. */
  readonly allowance: number;
}

export interface History {
  readonly writes: readonly Write[];
  readonly publications: readonly Publication[];
  readonly readers: readonly ReaderLog[];
  readonly store: FinalState;
  readonly resources: readonly Resource[];
  /** Ends of the server that nobody asked for, and ends that did not go as they should; a sentence each. */
  readonly crashes: readonly string[];
}
