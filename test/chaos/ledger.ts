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
  /** By report: author → when their first comment there was acknowledged. */
  readonly #firstComments = new Map<string, Map<string, number>>();
  /** By report: everybody who has a comment there. */
  readonly #commenters = new Map<string, Set<string>>();

  constructor(writes: readonly Write[], store: FinalState) {
    this.epoch = store.epoch;
    this.#store = store;
    this.#writes = new Map(writes.map((write) => [write.key, write]));
    this.#comments = new Map(store.comments.map((comment) => [comment.id, comment]));
    for (const { reportId, author, outcome, ended = Infinity } of writes) {
      if (outcome !== 'ok') continue;
      const authors = this.#firstComments.get(reportId) ?? new Map<string, number>();
      this.#firstComments.set(
        reportId,
        authors.set(author, Math.min(ended, authors.get(author) ?? Infinity)),
      );
    }
    for (const { reportId, author } of store.comments) {
      this.#commenters.set(reportId, (this.#commenters.get(reportId) ?? new Set()).add(author));
    }
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

  /** Who must hear of it: the report's owner, and everybody who had commented there before; never its author. */
  mustHear({ reportId, author, key }: StoredComment): readonly string[] {
    const begun = this.#writes.get(key)?.begun ?? 0;
    const earlier = [...(this.#firstComments.get(reportId) ?? [])].filter(([, ended]) => ended < begun);
    const users = [this.#store.owners.get(reportId) ?? '', ...earlier.map(([user]) => user)];
    return users.filter((user) => user !== author);
  }

  /** Whether the user may hear of it: the owner, and everybody who ever commented there, but never the author. */
  mayHear(user: string, { reportId, author }: StoredComment): boolean {
    if (user === author) return false;
    return this.#store.owners.get(reportId) === user || this.#commenters.get(reportId)?.has(user) === true;
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
