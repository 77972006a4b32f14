import type { Pool } from 'pg';
import type { Actor } from '../../domain/actor.ts';
import type { Comment, NewComment } from '../../domain/comment.ts';
import { AppError } from '../../domain/errors.ts';
import { emptyInbox, type Inbox, type LogPage } from '../../domain/inbox.ts';
import {
  type Counts,
  type Notification,
  type NotificationAction,
  notificationOf as newNotification,
  type NotificationStatus,
  type Selection,
} from '../../domain/notification.ts';
import { type Page, pageOf, type PageRequest } from '../../domain/page.ts';
import { recipientsOf } from '../../domain/recipients.ts';
import type { NewReport, Report } from '../../domain/report.ts';
import type { NumberedRevocation } from '../../domain/revocation.ts';
import type {
  Added,
  IdempotencyKey,
  NotificationPage,
  Store,
  StoreParts,
  Ticket,
} from '../../domain/store.ts';
import { earlyKey, earlyText } from '../early.ts';
import { newId } from '../new-id.ts';
import {
  commentOf,
  commentRow,
  eventOf,
  inboxOf,
  notificationOf,
  reportOf,
  reportRow,
  ticketOf,
  ticketRow,
  timeOf,
} from '../rows.ts';
import { drizzle } from './drizzle.ts';
import { faultOf, isConflict, isConnectionLost } from './faults.ts';
import { GroupCommit } from './group-commit.ts';
import { Idempotency } from './idempotency.ts';
import { Inboxes } from './inboxes.ts';
import { pruneStep } from './prune.ts';
import { preparePruning } from './prune-statements.ts';
import type { Statements } from './statements.ts';
import type { Writer } from './writer.ts';

/** Sorts behind every id. */
const end = '~';
/** How often something is read when connections are cut. */
const maxTries = 2;

/** What an open database is made of. */
export interface Opened {
  readonly epoch: string;
  /** Connections that read. */
  readonly pool: Pool;
  /** Runs on any of them. */
  readonly statements: Statements;
  readonly writer: Writer;
  readonly maxPerCommit?: number | undefined;
}

/**
 * The store contract on PostgreSQL. What a process writes goes over one connection, so that it tells its commits in their
 * order; what other processes write meanwhile waits for the locked inboxes alone.
 */
export class PostgresStore implements Store {
  readonly epoch: string;
  readonly #opened: Opened;
  readonly #statements: Statements;
  readonly #parts: StoreParts;
  readonly #now: () => number;
  readonly #group: GroupCommit;
  readonly #idempotency: Idempotency;
  readonly #inboxes: Inboxes;
  #closed: Promise<void> | undefined;

  constructor(opened: Opened, parts: StoreParts) {
    this.epoch = opened.epoch;
    this.#opened = opened;
    this.#statements = opened.statements;
    this.#parts = parts;
    this.#now = parts.now;
    this.#group = new GroupCommit(opened.writer, parts, opened.maxPerCommit);
    this.#idempotency = new Idempotency(this.#group, parts.now);
    this.#inboxes = new Inboxes(opened.epoch, parts.now);
  }

  addReport(actor: Actor, input: NewReport, once?: IdempotencyKey): Promise<Added<Report>> {
    return this.#idempotency.add(actor, once, async (transaction) => {
      const report: Report = { id: newId(), ...input, owner: actor, createdAt: timeOf(this.#now()) };
      const make = () => {
        transaction.insert('insertReports', reportRow(report));
        return report;
      };
      return { userIds: [], make };
    });
  }

  async reports({ cursor, limit }: PageRequest): Promise<Page<Report>> {
    return this.#read(async () => {
      const rows = await this.#statements.reports.execute({ before: cursor ?? end, limit: limit + 1 });
      return pageOf(rows.map(reportOf), limit);
    });
  }

  async report(id: string): Promise<Report | undefined> {
    return this.#read(async () => {
      const [row] = await this.#statements.report.execute({ id });
      return row && reportOf(row);
    });
  }

  addComment(
    actor: Actor,
    reportId: string,
    input: NewComment,
    once?: IdempotencyKey,
  ): Promise<Added<Comment>> {
    return this.#idempotency.add(actor, once, async (transaction) => {
      const { body, parentId } = input;
      const [row, parent] = await Promise.all([
        transaction.report(reportId),
        parentId === null ? undefined : transaction.comment(reportId, parentId),
      ]);
      if (row === undefined) throw new AppError('not_found', `No report ${reportId}.`);
      if (parentId !== null && parent === undefined) {
        throw new AppError('not_found', `No comment ${parentId} under report ${reportId} to reply to.`);
      }
      const createdAt = timeOf(this.#now());
      const comment: Comment = {
        id: newId(),
        reportId,
        parentId,
        author: actor,
        body,
        createdAt,
        editedAt: null,
      };
      const report = reportOf(row);
      const recipients = recipientsOf(comment, report);
      const make = () => {
        transaction.insert('insertComments', commentRow(comment));
        for (const recipient of recipients) {
          const notification = newNotification(newId(), recipient, comment, report);
          this.#inboxes.add(transaction, recipient.userId, notification);
        }
        return comment;
      };
      return { userIds: recipients.map(({ userId }) => userId), make };
    });
  }

  async comments(reportId: string, { cursor, limit }: PageRequest): Promise<Page<Comment> | undefined> {
    return this.#read(async () => {
      const rows = await this.#statements.comments.execute({
        reportId,
        after: cursor ?? '',
        limit: limit + 1,
      });
      // Where there are comments there is a report.
      if (rows.length === 0 && (await this.#statements.report.execute({ id: reportId })).length === 0) {
        return undefined;
      }
      return pageOf(rows.map(commentOf), limit);
    });
  }

  async comment(reportId: string, id: string): Promise<Comment | undefined> {
    return this.#read(async () => {
      const [row] = await this.#statements.comment.execute({ reportId, id });
      return row && commentOf(row);
    });
  }

  async inbox(userId: string): Promise<Inbox> {
    return this.#read(async () => {
      const [row] = await this.#statements.inbox.execute({ userId });
      return row === undefined ? emptyInbox : inboxOf(row);
    });
  }

  async notifications(
    userId: string,
    status: NotificationStatus,
    page: PageRequest,
  ): Promise<NotificationPage> {
    return this.#read(async () => {
      const { cursor: before = end, limit } = page;
      const rows = await this.#statements.notifications[status].execute({ userId, before, limit: limit + 1 });
      const data = rows.flatMap((row) => (row.page === null ? [] : [notificationOf(row.page)]));
      return { ...pageOf(data, limit), inbox: inboxOfAny(rows) };
    });
  }

  act(userId: string, id: string, action: NotificationAction): Promise<Notification | undefined> {
    return this.#group.run(async (transaction) => ({
      userIds: [userId],
      make: () => this.#inboxes.act(transaction, userId, id, action),
    }));
  }

  markRead(userId: string, selection: Selection): Promise<Counts> {
    return this.#group.run(async (transaction) => ({
      userIds: [userId],
      make: () =>
        'ids' in selection
          ? this.#inboxes.markIdsRead(transaction, userId, selection.ids)
          : this.#inboxes.markReadUpTo(transaction, userId, selection.upTo),
    }));
  }

  markSeen(userId: string, upTo: number): Promise<Counts> {
    return this.#group.run(async (transaction) => ({
      userIds: [userId],
      make: () => this.#inboxes.markSeenUpTo(transaction, userId, upTo),
    }));
  }

  async log(userId: string, after: number | undefined, limit: number): Promise<LogPage> {
    // Ahead of every log, and as large as a number of PostgreSQL's can be.
    const position = Math.min(after ?? Infinity, Number.MAX_SAFE_INTEGER);
    return this.#read(async () => {
      const rows = await this.#statements.log.execute({ userId, after: position, limit });
      const events = rows.flatMap((row) => (row.page === null ? [] : [eventOf(row.page)]));
      return { inbox: inboxOfAny(rows), events };
    });
  }

  async heads(userIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#read(async () => {
      const rows = await this.#statements.heads.execute({ userIds });
      return new Map(rows.map(({ userId, seq }) => [userId, seq]));
    });
  }

  revoke(userId: string): Promise<NumberedRevocation> {
    return this.#group.run(async (transaction) => ({
      userIds: [],
      make: async () => {
        const [, [row]] = await Promise.all([
          transaction.read((statements) => statements.lockRevocations.execute()),
          // A statement of its own: it has to see what was committed while the lock was waited for.
          transaction.change((statements) => statements.revoke.execute({ userId })),
        ]);
        if (row === undefined) throw new Error(`The revocation of ${userId} returned no row.`);
        return row;
      },
    }));
  }

  /** On a connection of its own, where no other row is locked: many processes write to this one. */
  async noteEarlyToken(issuedAt: number): Promise<void> {
    const values = { key: earlyKey, value: earlyText(issuedAt) };
    await this.#read(() => this.#statements.setMeta.execute(values));
  }

  async revocations(after: number): Promise<readonly NumberedRevocation[]> {
    return this.#read(() => this.#statements.revocations.execute({ after }));
  }

  addTicket(ticket: Ticket): Promise<void> {
    return this.#group.run(async (transaction) => ({
      userIds: [],
      make: () => transaction.insert('insertTickets', ticketRow(ticket)),
    }));
  }

  takeTicket(hash: string): Promise<Ticket | undefined> {
    return this.#group.run(async (transaction) => ({
      userIds: [],
      make: async () => {
        const [row] = await transaction.change((statements) => statements.takeTicket.execute({ hash }));
        return row !== undefined && row.endsAt > this.#now() ? ticketOf(row) : undefined;
      },
    }));
  }

  /** On a connection of its own: it holds up nobody but those whose inboxes it prunes. */
  async prune(before: number, from?: string): Promise<string | undefined> {
    return this.#read(async () => {
      const { next, rows } = await drizzle(this.#opened.pool).transaction((transaction) =>
        pruneStep(preparePruning(transaction), this.#now(), before, from),
      );
      if (rows > 0) this.#parts.onCommit({ events: [], rows, committedAt: performance.now() });
      return next;
    });
  }

  async probe(): Promise<void> {
    const mark = { key: 'probe', value: newId() };
    await this.#group.run(async (transaction) => ({
      userIds: [],
      make: () => transaction.write((statements) => statements.setMeta.execute(mark)),
    }));
    const [kept] = await this.#read(() => this.#statements.meta.execute({ key: mark.key }));
    // Ids sort by age: a later one is that of a probe which ran at the same time.
    if (kept === undefined || kept.value < mark.value)
      throw new AppError('unavailable', 'The database does not keep what is written.');
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  /** Refuses everything: what clients know of the log is not true any more. */
  fail(cause: Error): void {
    this.#group.refuse(
      new AppError('unavailable', 'The database was replaced; the server is stopping.', { cause }),
    );
    this.#parts.onFailure(cause);
  }

  async #close(): Promise<void> {
    await this.#group.close();
    await this.#opened.pool.end();
    await this.#opened.writer.close();
  }

  async #read<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      if (this.#closed !== undefined) throw new AppError('unavailable', 'The server is stopping.');
      try {
        return await work();
      } catch (error) {
        // A connection that was cut says nothing about the database: the next one may do.
        const mayPass = isConnectionLost(error) || isConflict(error);
        if (!mayPass || tries === maxTries) throw faultOf(error);
      }
    }
  }
}

/** Of rows that all have the same inbox beside something else. */
function inboxOfAny(rows: readonly { readonly inboxes: Parameters<typeof inboxOf>[0] }[]): Inbox {
  const [row] = rows;
  return row === undefined ? emptyInbox : inboxOf(row.inboxes);
}
