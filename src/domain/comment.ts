import { z } from 'zod';
import { ShownPerson, UserId } from './actor.ts';
import { Id } from './id.ts';
import { text } from './text.ts';

/** What somebody wrote under a report. */
export const Comment = z.object({
  id: Id,
  reportId: Id,
  /** The comment under the same report that this one answers. */
  parentId: Id.nullable(),
  author: ShownPerson,
  /** Plain text, never rendered as HTML; empty when it was deleted. */
  body: z.string(),
  /** The users whom it mentions. The body is never searched for names. */
  mentions: z.array(UserId),
  createdAt: z.iso.datetime(),
  editedAt: z.iso.datetime().nullable(),
  /** A deleted comment stays as an empty one, because replies refer to it. */
  deletedAt: z.iso.datetime().nullable(),
});
export type Comment = z.infer<typeof Comment>;

const body = text(1, 10_000);
const mentions = z.array(UserId).max(20, 'Expected at most 20 mentions.');

export const NewComment = z.strictObject({
  body,
  parentId: Id.nullable().default(null),
  mentions: mentions.default([]),
});
export type NewComment = z.input<typeof NewComment>;

/** New text; the mentions stay as they are unless they are given. */
export const CommentChange = z.strictObject({ body, mentions: mentions.optional() });
export type CommentChange = z.infer<typeof CommentChange>;
