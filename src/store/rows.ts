import type { Actor } from '../domain/actor.ts';
import type { Comment } from '../domain/comment.ts';
import type { Inbox, InboxEvent, InboxEventType } from '../domain/inbox.ts';
import type { Notification, NotificationReason, NotificationType } from '../domain/notification.ts';
import type { Report } from '../domain/report.ts';
import type { Ticket } from '../domain/store.ts';
import type { comments, inboxes, inboxEvents, notifications, reports, tickets } from './sqlite/schema.ts';

/*
 * Rows to domain objects and back, for every dialect: their row types are the same (`test/store/row-types.ts`). Text
 * columns that hold a union were written from that union, hence the casts.
 */

export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function timeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : timeOf(milliseconds);
}

function millisecondsOrNull(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}

export function reportOf(row: typeof reports.$inferSelect): Report {
  const { id, title, body, ownerId, ownerName, createdAt } = row;
  return { id, title, body, owner: { id: ownerId, name: ownerName }, createdAt: timeOf(createdAt) };
}

export function reportRow({ owner, createdAt, ...rest }: Report): typeof reports.$inferSelect {
  return { ...rest, ownerId: owner.id, ownerName: owner.name, createdAt: Date.parse(createdAt) };
}

export function commentOf(row: typeof comments.$inferSelect): Comment {
  const { id, reportId, parentId, authorId, authorName, body, createdAt, editedAt } = row;
  return {
    id,
    reportId,
    parentId,
    author: { id: authorId, name: authorName },
    body,
    createdAt: timeOf(createdAt),
    editedAt: timeOrNull(editedAt),
  };
}

export function commentRow({ author, createdAt, editedAt, ...rest }: Comment): typeof comments.$inferSelect {
  return {
    ...rest,
    authorId: author.id,
    authorName: author.name,
    createdAt: Date.parse(createdAt),
    editedAt: millisecondsOrNull(editedAt),
  };
}

export function notificationOf(row: typeof notifications.$inferSelect): Notification {
  return {
    id: row.id,
    type: row.type as NotificationType,
    reason: row.reason as NotificationReason,
    actor: { id: row.actorId, name: row.actorName },
    report: { id: row.reportId, title: row.reportTitle },
    comment: { id: row.commentId, excerpt: row.commentExcerpt },
    createdAt: timeOf(row.createdAt),
    seenAt: timeOrNull(row.seenAt),
    readAt: timeOrNull(row.readAt),
    archivedAt: timeOrNull(row.archivedAt),
  };
}

export function notificationRow(
  userId: string,
  seq: number,
  { actor, report, comment, createdAt, seenAt, readAt, archivedAt, ...rest }: Notification,
): typeof notifications.$inferSelect {
  return {
    ...rest,
    userId,
    seq,
    actorId: actor.id,
    actorName: actor.name,
    reportId: report.id,
    reportTitle: report.title,
    commentId: comment.id,
    commentExcerpt: comment.excerpt,
    createdAt: Date.parse(createdAt),
    seenAt: millisecondsOrNull(seenAt),
    readAt: millisecondsOrNull(readAt),
    archivedAt: millisecondsOrNull(archivedAt),
  };
}

export function inboxOf({ seq, floor, unread, unseen }: typeof inboxes.$inferSelect): Inbox {
  return { seq, floor, counts: { unread, unseen } };
}

export function eventOf({ userId, seq, type, data }: typeof inboxEvents.$inferSelect): InboxEvent {
  return { userId, seq, type: type as InboxEventType, data };
}

export function ticketOf({
  hash,
  actorId,
  actorName,
  sessionIssuedAt,
  sessionEndsAt,
  endsAt,
}: typeof tickets.$inferSelect): Ticket {
  const actor: Actor = { id: actorId, name: actorName };
  return { hash, actor, sessionIssuedAt, sessionEndsAt, endsAt };
}

export function ticketRow({ actor, ...rest }: Ticket): typeof tickets.$inferSelect {
  return { ...rest, actorId: actor.id, actorName: actor.name };
}
