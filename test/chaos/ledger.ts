import type { FinalState, StoredComment, StoredInbox, Write } from './history.ts';

const nothing: StoredInbox = {
  seq: 0,
  floor: 0,
  counts: { unread: 0, unseen: 0 },
  told: { unread: 0, unseen: 0 },
  counted: { unread: 0, unseen: 0 },
  events: [],
  notifications: [],
};

/** The writers' log and the final state, looked up by what the checker asks for. */
export class Ledger {
  readonly epoch: string;
  readonly #store: FinalState;
  readonly #writes: ReadonlyMap<string, Write>;
  readonly #comments: ReadonlyMap<string, StoredComment>;
  /** By user: event number → digest. */
  readonly #digests = new Map<string, ReadonlyMap<number, string>>();
  /** By user: comment id → how many notifications. */
  readonly #notified = new Map<string, Map<string, number>>();
  /** By user: event number → comment id. */
  readonly #about = new Map<string, ReadonlyMap<number, string>>();

  constructor(writes: readonly Write[], store: FinalState) {
    this.epoch = store.epoch;
    this.#store = store;
    this.#writes = new Map(writes.map((write) => [write.key, write]));
    this.#comments = new Map(store.comments.map((comment) => [comment.id, comment]));
    for (const [user, { events, notifications }] of store.inboxes) {
      this.#digests.set(user, new Map(events.map(({ seq, digest }) => [seq, digest])));
      this.#about.set(user, new Map(notifications.map(({ seq, commentId }) => [seq, commentId])));
      const times = new Map<string, number>();
      for (const { commentId } of notifications) times.set(commentId, (times.get(commentId) ?? 0) + 1);
      this.#notified.set(user, times);
    }
  }

  inbox(user: string): StoredInbox {
    return this.#store.inboxes.get(user) ?? nothing;
  }

  comment(id: string): StoredComment | undefined {
    return this.#comments.get(id);
  }

  /** Who must hear of it: the report's owner, unless that is its author. */
  recipientOf({ reportId, author }: StoredComment): string | undefined {
    const owner = this.#store.owners.get(reportId);
    return owner === author ? undefined : owner;
  }

  /** How many notifications of this comment the user has. */
  notified(user: string, commentId: string): number {
    return this.#notified.get(user)?.get(commentId) ?? 0;
  }

  /** The digest of an event; undefined when it was pruned, or never was. */
  digest(user: string, seq: number): string | undefined {
    return this.#digests.get(user)?.get(seq);
  }

  /** Which comment the notification is about that came with event `seq`; undefined for any other event. */
  commentAt(user: string, seq: number): string | undefined {
    return this.#about.get(user)?.get(seq);
  }

  /** Why a comment should not be there at all; undefined when it may be. */
  whyPhantom(commentId: string): string | undefined {
    const comment = this.#comments.get(commentId);
    if (comment === undefined) return 'which the store does not have';
    const write = this.#writes.get(comment.key);
    if (write === undefined) return 'which nobody wrote';
    return write.outcome === 'refused' ? 'which was refused' : undefined;
  }
}
