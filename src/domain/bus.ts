import type { InboxEvent } from './inbox.ts';

/** Events of one commit, in the order of their numbers per user. */
export interface Announcement {
  readonly events: readonly InboxEvent[];
  /** When they were committed, in milliseconds of `performance.now()` of this process. */
  readonly committedAt: number;
}

/**
 * The doorbell: it carries committed events to every hub that may hold streams of their users, this process's own
 * included. It may lose, repeat, delay, and reorder them; a stream heals that from the store. What an implementation
 * owes is that an announced event has been committed, and that `announce` neither throws nor waits.
 */
export interface Bus {
  announce(announcement: Announcement): void;
  close(): Promise<void>;
}

/** Hears what a bus carries to this process. */
export type BusListener = (announcement: Announcement) => void;
