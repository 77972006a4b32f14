import type { InboxEvent } from './inbox.ts';
import type { Revocation } from './revocation.ts';

/** Events of one commit, in the order of their numbers per user. */
export interface Announcement {
  readonly events: readonly InboxEvent[];
  /**
   * When they were committed, in milliseconds of `performance.now()` of this process; undefined when another process
   * has committed them, whose clock is not ours.
   */
  readonly committedAt: number | undefined;
  /** The causes of the commit, where they are known. */
  readonly causes?: readonly string[];
}

/** The events of each user, in the order in which they come. */
export function byUser(events: readonly InboxEvent[]): ReadonlyMap<string, [InboxEvent, ...InboxEvent[]]> {
  const users = new Map<string, [InboxEvent, ...InboxEvent[]]>();
  for (const event of events) {
    const known = users.get(event.userId);
    if (known === undefined) users.set(event.userId, [event]);
    else known.push(event);
  }
  return users;
}

/**
 * The doorbell: it carries committed events to every hub that may hold streams of their users, this process's own
 * included. It may lose, repeat, delay, and reorder them; a stream heals that from the store, once it hears of a later
 * event or its head is checked. What an implementation owes is that an announced event has been committed, that nothing
 * here throws or waits, and that the listener of this process hears at once what this process announces.
 */
export interface Bus {
  announce(announcement: Announcement): void;
  /** Carries a revocation that is durable to every process. */
  announceRevocation(revocation: Revocation): void;
  /** From now on the listener is to hear of this user's events; called before their first stream reads anything. */
  follow(userId: string): void;
  /** The user has no stream here any more. */
  unfollow(userId: string): void;
  /**
   * Whether what other processes announce is heard here, as far as can be known. While it is not, only a look at the
   * heads of the inboxes finds what they have committed.
   */
  readonly isHeard: boolean;
  /** Lets what was announced go out, but does not wait for long. */
  close(): Promise<void>;
}

/** Hears what a bus carries to this process. */
export interface BusListener {
  offer(announcement: Announcement): void;
  /** Hears of a revocation. Of another process it is hearsay: the store says whether it is true. */
  learn(revocation: Revocation): void;
  /** Something may have been announced without being heard here: of these users, or of all. */
  missed(userIds?: readonly string[]): void;
}
