import type {
  FinalState,
  Publication,
  StoredActivity,
  StoredComment,
  StoredInbox,
  Write,
} from './history.ts';
import { keyIn } from './text.ts';

/** What somebody can be notified of: a comment, or what a backend published. */
export interface Subject {
  /** As it is called in a finding. */
  readonly name: string;
  readonly isRetracted: boolean;
  readonly mayHear: (user: string) => boolean;
  /** The strongest reason for which the user may hear of it. */
  readonly reasonFor: (user: string) => string;
}

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
  /** By the id of the comment that was acknowledged. */
  readonly #acknowledged: ReadonlyMap<string, Write>;
  readonly #comments: ReadonlyMap<string, StoredComment>;
  readonly #publications: ReadonlyMap<string, Publication>;
  /** By key. */
  readonly #activities: ReadonlyMap<string, StoredActivity>;
  /** By id. */
  readonly #published: ReadonlyMap<string, StoredActivity>;
  /** By user: event number → digest. */
  readonly #digests = new Map<string, ReadonlyMap<number, string>>();
  /** By user: id of the comment or activity → how many notifications. */
  readonly #notified = new Map<string, Map<string, number>>();
  /** By user: event number → id of the comment or activity. */
  readonly #about = new Map<string, ReadonlyMap<number, string>>();
  /** By report: author → when their first comment there was acknowledged. */
  readonly #firstComments = new Map<string, Map<string, number>>();
  /** By report: everybody who has a comment there. */
  readonly #commenters = new Map<string, Set<string>>();

  constructor(writes: readonly Write[], publications: readonly Publication[], store: FinalState) {
    this.epoch = store.epoch;
    this.#store = store;
    this.#writes = new Map(writes.map((write) => [write.key, write]));
    this.#acknowledged = new Map(writes.map((write) => [write.commentId ?? '', write]));
    this.#comments = new Map(store.comments.map((comment) => [comment.id, comment]));
    this.#publications = new Map(publications.map((publication) => [publication.key, publication]));
    this.#activities = new Map(store.activities.map((activity) => [activity.key, activity]));
    this.#published = new Map(store.activities.map((activity) => [activity.id, activity]));
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
      this.#about.set(user, new Map(notifications.map(({ seq, activityId }) => [seq, activityId])));
      const times = new Map<string, number>();
      for (const { activityId } of notifications) times.set(activityId, (times.get(activityId) ?? 0) + 1);
      this.#notified.set(user, times);
    }
  }

  inbox(user: string): StoredInbox {
    return this.#store.inboxes.get(user) ?? nothing;
  }

  comment(id: string): StoredComment | undefined {
    return this.#comments.get(id);
  }

  /** What was written to be this comment; undefined when nobody is known to have written it. */
  writeOf({ id, text }: StoredComment): Write | undefined {
    return this.#acknowledged.get(id) ?? this.#writes.get(keyIn(text));
  }

  /**
   * Who must hear of it: the report's owner, everybody who had commented there before, and who is spoken to; never its
   * author.
   */
  mustHear(comment: StoredComment): readonly string[] {
    const { reportId, author } = comment;
    const { begun = 0, mentions = [] } = this.writeOf(comment) ?? {};
    const earlier = [...(this.#firstComments.get(reportId) ?? [])].filter(([, ended]) => ended < begun);
    const users = [this.#store.owners.get(reportId) ?? '', ...earlier.map(([user]) => user), ...mentions];
    return users.filter((user) => user !== author);
  }

  /** The one under this key; undefined when the store has none. */
  activity(key: string): StoredActivity | undefined {
    return this.#activities.get(key);
  }

  /** What somebody said with this id; undefined when nobody is known to have. */
  said(id: string): Write | Publication | undefined {
    const comment = this.#comments.get(id);
    if (comment !== undefined) return this.writeOf(comment);
    return this.#publications.get(this.#published.get(id)?.key ?? '');
  }

  /** What the notification with this id is about; undefined when the store does not have it. */
  subject(id: string): Subject | undefined {
    const comment = this.#comments.get(id);
    if (comment !== undefined) {
      const { key = id, mentions = [] } = this.writeOf(comment) ?? {};
      const mayHear = (user: string) => this.#mayHear(user, comment, mentions);
      const owner = this.#store.owners.get(comment.reportId);
      const reasonFor = (user: string) =>
        mentions.includes(user) ? 'mention' : user === owner ? 'owner' : 'commented';
      return { name: `comment ${key}`, isRetracted: comment.isDeleted, mayHear, reasonFor };
    }
    const activity = this.#published.get(id);
    if (activity === undefined) return undefined;
    const { users = [], reason = '' } = this.#publications.get(activity.key) ?? {};
    const { key, isRetracted } = activity;
    const mayHear = (user: string) => users.includes(user);
    return { name: `activity ${key}`, isRetracted, mayHear, reasonFor: () => reason };
  }

  /** The owner, everybody who ever commented there, and who is spoken to, but never the author. */
  #mayHear(user: string, { reportId, author }: StoredComment, mentions: readonly string[]): boolean {
    if (user === author) return false;
    if (mentions.includes(user) || this.#store.owners.get(reportId) === user) return true;
    return this.#commenters.get(reportId)?.has(user) === true;
  }

  /** How many notifications of this comment or activity the user has. */
  notified(user: string, id: string): number {
    return this.#notified.get(user)?.get(id) ?? 0;
  }

  /** The digest of an event; undefined when it was pruned, or never was. */
  digest(user: string, seq: number): string | undefined {
    return this.#digests.get(user)?.get(seq);
  }

  /** Of what the notification is that came with event `seq`; undefined for any other event. */
  subjectAt(user: string, seq: number): string | undefined {
    return this.#about.get(user)?.get(seq);
  }

  /** Why a comment or activity should not be there at all; undefined when it may be. */
  whyPhantom(id: string): string | undefined {
    if (!this.#comments.has(id) && !this.#published.has(id)) return 'which the store does not have';
    const asked = this.said(id);
    if (asked === undefined) return 'which nobody wrote';
    return asked.outcome === 'refused' ? 'which was refused' : undefined;
  }
}
