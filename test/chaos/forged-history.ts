import type {
  Entry,
  History,
  InboxEntry,
  Publication,
  ReaderLog,
  StoredComment,
  StoredInbox,
  SyncEntry,
  Write,
} from './history.ts';
import { keyIn } from './text.ts';

type Mutable<T> = T extends readonly (infer U)[]
  ? Mutable<U>[]
  : T extends ReadonlyMap<infer K, infer V>
    ? Map<K, Mutable<V>>
    : T extends object
      ? { -readonly [K in keyof T]: Mutable<T[K]> }
      : T;

/** A history that can be tampered with. */
export type ForgedHistory = Mutable<History>;
export type ForgedPublication = Mutable<Publication>;
export type Forgery = (history: ForgedHistory) => unknown;

const epoch = 'k3f9x0qa';
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** Bob comments three times on ann's report and once on eve's; ann has one reader, who was there from the beginning. */
export function cleanHistory(): ForgedHistory {
  const comments = upTo(3).map((n) => commentOf(`w${n}`, { id: `c${n}` }));
  const toEve = commentOf('w-eve', { id: 'c-eve', reportId: 'r-eve' });
  return {
    writes: [...comments, toEve].map(({ id, reportId, author, text }, i) => ({
      key: keyIn(text),
      texts: [text],
      author,
      reportId,
      mentions: [],
      begun: 2 * i + 1,
      ended: 2 * i + 2,
      outcome: 'ok',
      gone: 'no',
      commentId: id,
    })),
    publications: [],
    readers: [
      {
        name: "ann's reader",
        user: 'ann',
        isComplete: true,
        entries: [{ kind: 'connect', cursor: undefined, at: 0 }, syncOf(0, 0), ...upTo(3).map(eventOf)],
      },
    ],
    store: {
      epoch,
      owners: new Map([
        ['r-ann', 'ann'],
        ['r-eve', 'eve'],
      ]),
      comments: [...comments, toEve],
      activities: [],
      inboxes: new Map([
        ['ann', storedInbox(['c1', 'c2', 'c3'])],
        ['eve', storedInbox(['c-eve'])],
      ]),
    },
    resources: [{ name: 'sockets', before: 3, after: 4, allowance: 2 }],
    crashes: [],
  };
}

/** A comment by bob on ann's report, unless told otherwise. */
export function commentOf(key: string, also: Partial<StoredComment> = {}): Mutable<StoredComment> {
  const comment = { id: `c-${key}`, reportId: 'r-ann', author: 'bob', text: `${key} as posted` };
  return { ...comment, isDeleted: false, ...also };
}

/** A clean history that was tampered with. */
export function forge(forgery: Forgery): ForgedHistory {
  const history = cleanHistory();
  forgery(history);
  return history;
}

/** Ann's event `seq`, as her reader saw it. */
export function eventOf(seq: number): Mutable<InboxEntry> {
  return {
    kind: 'event',
    id: `${epoch}.${seq}`,
    type: 'notification',
    seq,
    digest: `d${seq}`,
    counts: { unread: seq, unseen: seq },
    notificationId: `c${seq}`,
    text: `w${seq} as posted`,
  };
}

export function syncOf(from: number, to: number): Mutable<SyncEntry> {
  const counts = { unread: to, unseen: to };
  return { kind: 'sync', id: `${epoch}.${to}`, from, to, missed: to - from, counts, serverRun: 1 };
}

/** The one reader. */
export function readerOf({ readers }: ForgedHistory): Mutable<ReaderLog> & { entries: Entry[] } {
  return present(readers[0]);
}

export function writeOf({ writes }: ForgedHistory, key: string): Mutable<Write> {
  return present(writes.find((write) => write.key === key));
}

export function inboxOf({ store }: ForgedHistory, user: string): Mutable<StoredInbox> {
  return present(store.inboxes.get(user));
}

function storedInbox(commentIds: readonly string[]): Mutable<StoredInbox> {
  const seq = commentIds.length;
  const counts = () => ({ unread: seq, unseen: seq });
  return {
    seq,
    floor: 0,
    counts: counts(),
    told: counts(),
    counted: counts(),
    events: upTo(seq).map((n) => ({ seq: n, digest: `d${n}` })),
    notifications: commentIds.map((activityId, i) => ({ seq: i + 1, activityId, reason: 'owner' })),
  };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The clean history has no such part.');
  return value;
}
