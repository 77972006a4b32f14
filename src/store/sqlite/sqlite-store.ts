import type { Database } from 'better-sqlite3';
import type { Actor } from '../../domain/actor.ts';
import type { Comment, NewComment } from '../../domain/comment.ts';
import { AppError } from '../../domain/errors.ts';
import type { Inbox, LogPage } from '../../domain/inbox.ts';
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
import { earlyKey, earlyReachMs, earlyText } from '../early.ts';
import { faultOf } from './faults.ts';
import { GroupCommit } from './group-commit.ts';
import { Idempotency } from './idempotency.ts';
import { Inboxes } from './inboxes.ts';
import { newId } from '../new-id.ts';
import { pruneStep } from './prune.ts';
import {
  commentOf,
  commentRow,
  eventOf,
  notificationOf,
  reportOf,
  reportRow,
  ticketOf,
  ticketRow,
  timeOf,
} from '../rows.ts';
import type { Statements } from './statements.ts';

/** Sorts behind every id. */
const end = '~';

/** What an open database is made of. */
export interface Opened {
  readonly epoch: string;
  readonly database: Database;
  readonly statements: Statements;
  readonly lock: { close: () => void };
}

/** The store contract on SQLite. One connection does everything, so all statements of one turn see one state. */
export class SqliteStore implements Store {
  readonly epoch: string;
  readonly #opened: Opened;
  readonly #statements: Statements;
  readonly #now: () => number;
  readonly #group: GroupCommit;
  readonly #idempotency: Idempotency;
  readonly #inboxes: Inboxes;

  constructor(opened: Opened, { onCommit, onFailure, now }: StoreParts) {
    this.epoch = opened.epoch;
    this.#opened = opened;
    this.#statements = opened.statements;
    this.#now = now;
    this.#group = new GroupCommit(opened.database, onCommit, onFailure);
    this.#idempotency = new Idempotency(this.#group, opened.statements, now);
    this.#inboxes = new Inboxes(opened.epoch, opened.statements, now);
  }

  addReport(actor: Actor, input: NewReport, once?: IdempotencyKey): Promise<Added<Report>> {
    return this.#idempotency.add(actor, once, () => {
      const report: Report = { id: newId(), ...input, owner: actor, createdAt: timeOf(this.#now()) };
      this.#statements.insertReport.run(reportRow(report));
      return report;
    });
  }

  async reports({ cursor, limit }: PageRequest): Promise<Page<Report>> {
    return this.#read(() => {
      const rows = this.#statements.reports.all({ before: cursor ?? end, limit: limit + 1 });
      return pageOf(rows.map(reportOf), limit);
    });
  }

  async report(id: string): Promise<Report | undefined> {
    return this.#read(() => {
      const row = this.#statements.report.get({ id });
      return row && reportOf(row);
    });
  }

  addComment(
    actor: Actor,
    reportId: string,
    input: NewComment,
    once?: IdempotencyKey,
  ): Promise<Added<Comment>> {
    return this.#idempotency.add(actor, once, (events) => {
      const row = this.#statements.report.get({ id: reportId });
      if (row === undefined) throw new AppError('not_found', `No report ${reportId}.`);
      const { body, parentId } = input;
      if (parentId !== null && this.#statements.comment.get({ reportId, id: parentId }) === undefined) {
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
      this.#statements.insertComment.run(commentRow(comment));
      const report = reportOf(row);
      for (const recipient of recipientsOf(comment, report)) {
        this.#inboxes.add(events, recipient.userId, newNotification(newId(), recipient, comment, report));
      }
      return comment;
    });
  }

  async comments(reportId: string, { cursor, limit }: PageRequest): Promise<Page<Comment> | undefined> {
    return this.#read(() => {
      if (this.#statements.report.get({ id: reportId }) === undefined) return undefined;
      const rows = this.#statements.comments.all({ reportId, after: cursor ?? '', limit: limit + 1 });
      return pageOf(rows.map(commentOf), limit);
    });
  }

  async comment(reportId: string, id: string): Promise<Comment | undefined> {
    return this.#read(() => {
      const row = this.#statements.comment.get({ reportId, id });
      return row && commentOf(row);
    });
  }

  async inbox(userId: string): Promise<Inbox> {
    return this.#read(() => this.#inboxes.get(userId));
  }

  async notifications(
    userId: string,
    status: NotificationStatus,
    page: PageRequest,
  ): Promise<NotificationPage> {
    return this.#read(() => {
      const { cursor: before = end, limit } = page;
      const rows = this.#statements.notifications[status].all({ userId, before, limit: limit + 1 });
      return { ...pageOf(rows.map(notificationOf), limit), inbox: this.#inboxes.get(userId) };
    });
  }

  act(userId: string, id: string, action: NotificationAction): Promise<Notification | undefined> {
    return this.#group.run((events) => this.#inboxes.act(events, userId, id, action));
  }

  markRead(userId: string, selection: Selection): Promise<Counts> {
    return this.#group.run((events) =>
      'ids' in selection
        ? this.#inboxes.markIdsRead(events, userId, selection.ids)
        : this.#inboxes.markReadUpTo(events, userId, selection.upTo),
    );
  }

  markSeen(userId: string, upTo: number): Promise<Counts> {
    return this.#group.run((events) => this.#inboxes.markSeenUpTo(events, userId, upTo));
  }

  async log(userId: string, after: number | undefined, limit: number): Promise<LogPage> {
    return this.#read(() => {
      const rows = after === undefined ? [] : this.#statements.events.all({ userId, after, limit });
      return { inbox: this.#inboxes.get(userId), events: rows.map(eventOf) };
    });
  }

  async heads(userIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#read(() => {
      const heads = new Map<string, number>();
      for (const userId of userIds) {
        const { seq } = this.#inboxes.get(userId);
        if (seq > 0) heads.set(userId, seq);
      }
      return heads;
    });
  }

  revoke(userId: string): Promise<NumberedRevocation> {
    return this.#group.run(() => {
      const early = Number(this.#statements.meta.get({ key: earlyKey })?.value ?? -Infinity);
      const revokedAt = Math.max(this.#now(), early + earlyReachMs);
      return this.#statements.revoke.get({ userId, revokedAt });
    });
  }

  noteEarlyToken(issuedAt: number): Promise<void> {
    return this.#group.run(() => {
      const known = this.#statements.meta.get({ key: earlyKey })?.value ?? '';
      const value = earlyText(issuedAt);
      if (value > known) this.#statements.setMeta.run({ key: earlyKey, value });
    });
  }

  async revocations(after: number): Promise<readonly NumberedRevocation[]> {
    return this.#read(() => this.#statements.revocations.all({ after }));
  }

  addTicket(ticket: Ticket): Promise<void> {
    return this.#group.run(() => void this.#statements.insertTicket.run(ticketRow(ticket)));
  }

  takeTicket(hash: string): Promise<Ticket | undefined> {
    return this.#group.run(() => {
      const row = this.#statements.takeTicket.get({ hash });
      return row !== undefined && row.endsAt > this.#now() ? ticketOf(row) : undefined;
    });
  }

  prune(before: number, from?: string): Promise<string | undefined> {
    return this.#group.run(() => pruneStep(this.#statements, this.#now(), before, from));
  }

  async probe(): Promise<void> {
    const mark = { key: 'probe', value: newId() };
    await this.#group.run(() => void this.#statements.setMeta.run(mark));
    const kept = this.#read(() => this.#statements.meta.get({ key: mark.key }));
    // Ids sort by age: a later one is that of a probe which ran at the same time.
    if (kept === undefined || kept.value < mark.value)
      throw new AppError('unavailable', 'The database does not keep what is written.');
  }

  async close(): Promise<void> {
    this.#group.close();
    this.#opened.database.close();
    this.#opened.lock.close();
  }

  #read<T>(work: () => T): T {
    if (!this.#opened.database.open) throw new AppError('unavailable', 'The server is stopping.');
    try {
      return work();
    } catch (error) {
      throw faultOf(error);
    }
  }
}
