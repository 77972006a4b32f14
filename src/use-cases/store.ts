import { AppError } from '../domain/errors.ts';
import type { Marked } from '../domain/notification.ts';
import { Id, leastId } from '../domain/id.ts';
import { everybody } from '../domain/watch.ts';
import type { Added, IdempotencyKey, Store, StoreParts } from '../domain/store.ts';
import { addComment, comment, comments } from './comments.ts';
import { eraseUser } from './erase-user.ts';
import { exportUser } from './export-user.ts';
import { heads, inbox, log } from './log.ts';
import { newId } from './new-id.ts';
import { setSettings, settings, takeBackActorStep } from './settings.ts';
import { why } from './why.ts';
import {
  act,
  markTopicReadStep,
  markIdsRead,
  markReadStep,
  markSeenStep,
  type MarkStep,
  notifications,
} from './notifications.ts';
import { type Addition, addOnce, inFlight } from './once.ts';
import { pruneStep } from './prune.ts';
import { addReport, changeReport, deleteReport, report, reports } from './reports.ts';
import { deleteComment, editComment } from './edit-comment.ts';
import { noteEarlyToken, revocations, revoke } from './revocations.ts';
import { addTicket, takeTicket } from './tickets.ts';
import { changeContent, retract } from './retract.ts';
import { explain, explainFor, ownActivity, published, recipient, recipients } from './explain.ts';
import { publish } from './publish.ts';
import {
  setWatch,
  setWatchOf,
  takeBackTopicStep,
  unsetWatch,
  watches,
  watchesOf,
  watchOf,
} from './watches.ts';
import { work } from './work.ts';
import type { Database, Transaction } from './transaction.ts';

/** The store contract, by the use cases on a database. */
export function createStore(
  { epoch, read, write, close }: Database,
  { now, groupComments = 'none' }: Pick<StoreParts, 'now' | 'groupComments'>,
): Store {
  const add = createAdding(write);
  return {
    epoch,
    addReport: (actor, input, once) =>
      add(actor.id, once, (tx) => ({
        make: () => addReport(tx, actor, input),
        subject: ({ id }) => [id],
        recall: ([id = '']) => report(tx, id),
      })),
    reports: (page) => read((reader) => reports(reader, page)),
    report: (id) => read((reader) => report(reader, id)),
    addComment: (actor, reportId, input, once) =>
      add(actor.id, once, (tx) => ({
        make: () => addComment(tx, actor, reportId, input, groupComments === 'report'),
        subject: ({ id }) => [reportId, id],
        recall: ([of = '', id = '']) => comment(tx, of, id),
      })),
    comments: (reportId, page) => read((reader) => comments(reader, reportId, page)),
    comment: (reportId, id) => read((reader) => comment(reader, reportId, id)),
    changeReport: (actor, id, change) => write((tx) => changeReport(tx, actor, id, change)),
    deleteReport: (actor, id) => write((tx) => deleteReport(tx, actor, id)),
    editComment: (actor, reportId, id, change) => write((tx) => editComment(tx, actor, reportId, id, change)),
    deleteComment: (actor, reportId, id) => write((tx) => deleteComment(tx, actor, reportId, id)),

    inbox: (userId) => read((reader) => inbox(reader, userId)),
    notifications: (userId, request) => read((reader) => notifications(reader, userId, request)),
    act: (userId, id, action, asOf) => write((tx) => act(tx, userId, id, action, asOf)),
    why: (userId, id) => read((reader) => why(reader, userId, id)),
    markRead: (userId, selection) =>
      'ids' in selection
        ? write((tx) => markIdsRead(tx, userId, selection.ids))
        : inSteps(() => write((tx) => markReadStep(tx, epoch, userId, selection.upTo))),
    markSeen: async (userId, upTo) =>
      (await inSteps(() => write((tx) => markSeenStep(tx, epoch, userId, upTo)))).counts,
    markTopicRead: async (userId, topic) => {
      // A notification that arrives while the steps go on stays unread.
      const { seq } = await read((reader) => inbox(reader, userId));
      return (await inSteps(() => write((tx) => markTopicReadStep(tx, userId, topic, seq)))).counts;
    },

    settings: (userId) => read((reader) => settings(reader, userId)),
    setSettings: async (userId, next, expected) => {
      const { newlyBlocked, ...set } = await write((tx) => setSettings(tx, userId, next, expected));
      // A blocked person may have caused thousands of notifications, so they are taken back in steps.
      for (const actorId of newlyBlocked) {
        let after: string | undefined = leastId;
        do {
          const from: string = after;
          after = await write((tx) => takeBackActorStep(tx, userId, actorId, from));
        } while (after !== undefined);
      }
      return set;
    },
    log: (userId, after, limit) => read((reader) => log(reader, userId, after, limit)),
    heads: (userIds) => read((reader) => heads(reader, userIds)),

    publish: (publisher, input, once) =>
      add(`publisher ${publisher}`, once, (tx) => ({
        make: () => publish(tx, publisher, input),
        subject: ({ value }) => [value.id],
        recall: async ([id = '']) => ({ value: await published(tx, publisher, { id }, now()), isNew: true }),
      })),
    published: (publisher, name) => read((reader) => published(reader, publisher, name, now())),
    changeActivity: async (publisher, name, change) => {
      // A read of its own: a key names the same activity for ever, and a read does not wait for the writer.
      const { id, retractedAt } = await read((reader) => ownActivity(reader, publisher, name));
      if (retractedAt !== null) throw new AppError('conflict', `The activity ${id} was retracted.`);
      await write((tx) => changeContent(tx, id, change));
      return read((reader) => published(reader, publisher, { id }, now()));
    },
    retract: async (publisher, name) => {
      const { id } = await read((reader) => ownActivity(reader, publisher, name));
      await write((tx) => retract(tx, id));
    },
    recipients: (publisher, id, page) => read((reader) => recipients(reader, publisher, id, page)),
    recipient: (publisher, id, userId) => read((reader) => recipient(reader, publisher, id, userId, now())),
    explain: (draft) => read((reader) => explain(reader, draft, now())),
    explainFor: (draft, userId) => read((reader) => explainFor(reader, draft, userId, now())),
    work: () => work({ read, write }, now()),

    setWatches: async (topic, { users, ...change }) => {
      for (const userId of users === 'everybody' ? [everybody] : users) {
        await write((tx) => setWatchOf(tx, topic, userId, change));
        if (change.because !== 'denied' || userId === everybody) continue;
        // A user may have thousands of notifications about one topic, so they are taken back in steps.
        let after: string | undefined = leastId;
        do {
          const from: string = after;
          ({ next: after } = await write((tx) => takeBackTopicStep(tx, userId, topic, from)));
        } while (after !== undefined);
      }
    },
    watchesOf: (topic, page) => read((reader) => watchesOf(reader, topic, page)),
    watch: (userId, topic) => read((reader) => watchOf(reader, userId, topic)),
    setWatch: (userId, topic, level) => write((tx) => setWatch(tx, userId, topic, level)),
    unsetWatch: (userId, topic) => write((tx) => unsetWatch(tx, userId, topic)),
    watches: (userId, page) => read((reader) => watches(reader, userId, page)),

    revoke: (userId) => write((tx) => revoke(tx, userId)),
    exportUser: (userId, place) => read((reader) => exportUser(reader, userId, place)),
    eraseUser: (userId, texts) => eraseUser({ read, write }, userId, texts),
    noteEarlyToken: (issuedAt) => write((tx) => noteEarlyToken(tx, issuedAt)),
    revocations: (after) => read((reader) => revocations(reader, after)),
    addTicket: (ticket) => write((tx) => addTicket(tx, ticket)),
    takeTicket: (hash) => write((tx) => takeTicket(tx, hash)),
    prune: (before, from) => write((tx) => pruneStep(tx, before, from)),
    probe: () => probe(read, write),
    close,
  };
}

/** Adds things, once per idempotency key where there is one. */
function createAdding(write: Database['write']) {
  /** Keys whose first request this process has not committed. In memory: after a crash no key is in flight. */
  const running = new Set<string>();
  return async <T>(
    scope: string,
    once: IdempotencyKey | undefined,
    addition: (tx: Transaction) => Addition<T>,
  ): Promise<Added<T>> => {
    if (once === undefined) {
      return write(async (tx) => ({ value: await addition(tx).make(), replayed: false }));
    }
    const flight = JSON.stringify([scope, once.key]);
    if (running.has(flight)) throw inFlight(once.key);
    running.add(flight);
    try {
      return await write((tx) => addOnce(tx, scope, once, addition(tx)));
    } finally {
      running.delete(flight);
    }
  };
}

/** As many as one request marks as unread again. */
const maxMarkedIds = 1_000;

/** Marks step by step, so that others get their turn in between. */
async function inSteps(step: () => Promise<MarkStep>): Promise<Marked> {
  let marked: readonly string[] = [];
  for (;;) {
    const { counts, ids, isDone } = await step();
    // The oldest are marked first.
    marked = [...marked, ...ids].slice(-maxMarkedIds);
    if (isDone) return { counts, ids: marked };
  }
}

/** Writes durably and reads back what it wrote. */
async function probe(read: Database['read'], write: Database['write']): Promise<void> {
  const value = newId();
  const before = await write(async (tx) => {
    const known = await tx.get('meta', { key: 'probe' });
    tx.put('meta', { key: 'probe', value });
    return known?.value;
  });
  const kept = await read((reader) => reader.get('meta', { key: 'probe' }));
  // Another process may have written its own mark since, but never what was there before.
  if (!Id.safeParse(kept?.value).success || kept?.value === before) {
    throw new AppError('unavailable', 'The database does not keep what is written.');
  }
}
