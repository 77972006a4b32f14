import { z } from 'zod';
import { ShownPerson, UserId } from '../../domain/actor.ts';
import { Comment, CommentChange, NewComment } from '../../domain/comment.ts';
import { rules } from '../../domain/decide.ts';
import { Id } from '../../domain/id.ts';
import { Counts, Notification } from '../../domain/notification.ts';
import { ActivityChange, newActivity, Topic } from '../../domain/publishing.ts';
import { NewReport, Report, ReportChange } from '../../domain/report.ts';
import { Settings } from '../../domain/settings.ts';
import { WatchCause, WatchLevel } from '../../domain/watch.ts';
import { statusOf } from '../problem.ts';
import { ListUnread } from '../routes/notifications.ts';
import { OwnLevel, WatchChange } from '../routes/watches.ts';

/*
 * Every body of the HTTP contract by its name. What is asked is checked by these very schemas; what is answered has the
 * types of the domain, and the tests hold every answer against them.
 */

const Cursor = z.string().regex(/^[0-9a-z]{8}\.(0|[1-9][0-9]{0,14})$/);
const Time = z.iso.datetime();
const NewActivity = newActivity(Date.now);

/** What requests say. */
export const inputs = {
  NewReport,
  ReportChange,
  NewComment,
  CommentChange,
  MarkRead: z.strictObject({ ids: z.array(Id).min(1).max(100).optional(), upTo: Cursor.optional() }),
  MarkUnread: ListUnread,
  MarkSeen: z.strictObject({ upTo: Cursor }),
  ReadOne: z.strictObject({ asOf: Cursor.optional() }),
  OwnLevel,
  WatchChange,
  NewSettings: Settings,
  NewActivity,
  ActivityChange,
  Draft: z.strictObject({ activity: NewActivity, user: UserId.optional() }),
  Nothing: z.strictObject({}),
};
export type InputName = keyof typeof inputs;

const Watch = z.object({
  topic: Topic,
  level: WatchLevel,
  because: WatchCause.nullable(),
  since: Time.nullable(),
});
const Recipient = z.object({
  user: UserId,
  notified: z.boolean(),
  reason: z.string().nullable(),
  rule: z.enum(rules),
});
const Explained = Recipient.extend({
  trace: z.array(z.object({ rule: z.enum(rules), pass: z.boolean() })),
  asOf: z.literal('now').optional(),
});
const Explanation = z.object({
  notified: z.int().nonnegative(),
  because: z.partialRecord(z.enum(rules), z.int().positive()),
});
const numbered = { seq: z.int().positive(), counts: Counts };
const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

/** What answers and frames say. */
export const outputs = {
  Person: ShownPerson,
  Report,
  Comment,
  Notification,
  Counts,
  Marked: z.object({ counts: Counts }),
  MarkedRead: z.object({ counts: Counts, ids: z.array(Id) }),
  ReportPage: pageOf(Report),
  CommentPage: pageOf(Comment),
  NotificationPage: z.object({
    data: z.array(Notification),
    nextCursor: z.string().nullable(),
    counts: Counts,
    streamCursor: Cursor,
  }),
  Watch,
  WatchPage: pageOf(Watch.extend({ title: z.string().nullable() })),
  TopicWatchPage: pageOf(Watch.extend({ user: z.string() })),
  Settings: z.object(Settings.shape),
  Why: z.object({
    reason: z.string(),
    rule: z.enum(rules),
    because: WatchCause.nullable(),
    topic: Topic.nullable(),
    since: Time.nullable(),
    stop: z.object({ method: z.literal('PUT'), path: z.string(), body: z.record(z.string(), z.unknown()) }),
  }),
  Ticket: z.object({ ticket: z.string(), expiresAt: Time }),
  Activity: z.object({
    id: Id,
    state: z.enum(['scheduled', 'running', 'done', 'retracted']),
    notified: z.int().nonnegative(),
    waiting: z.int().nonnegative(),
  }),
  Recipient,
  RecipientPage: pageOf(Recipient),
  Explained,
  Explanation,
  /** The latter when it was asked about one person. */
  ExplanationOrExplained: z.union([Explanation, Explained]),
  Health: z.object({ status: z.literal('ok') }),
  Readiness: z.object({ status: z.literal('ready'), bus: z.enum(['heard', 'away']).optional() }),
  Problem: z.object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional(),
    code: z.enum(Object.keys(statusOf) as [keyof typeof statusOf]),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  }),

  NotificationEvent: z.object({ ...numbered, notification: Notification }),
  RemovedEvent: z.object({ ...numbered, notificationId: Id }),
  ReadEvent: z.object({ ...numbered, upTo: Cursor.optional(), ids: z.array(Id).optional() }),
  SeenEvent: z.object({ ...numbered, upTo: Cursor }),
  SyncEvent: z.object({
    from: z.int().nonnegative(),
    to: z.int().nonnegative(),
    missed: z.int().nonnegative(),
    counts: Counts,
  }),
  ResetEvent: z.object({
    reason: z.enum(['unknown', 'expired', 'too_many']),
    seq: z.int().nonnegative(),
    counts: Counts,
  }),
  PingEvent: z.object({ seq: z.int().nonnegative(), time: Time }),
  GoodbyeEvent: z.object({ reason: z.enum(['shutdown', 'expired', 'revoked', 'busy', 'rotate']) }),
};
export type OutputName = keyof typeof outputs;
