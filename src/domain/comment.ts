import { z } from 'zod';
import { Person } from './actor.ts';
import { Id } from './id.ts';
import { text } from './text.ts';

/** What somebody wrote under a report. */
export const Comment = z.object({
  id: Id,
  reportId: Id,
  /** The comment under the same report that this one answers. */
  parentId: Id.nullable(),
  author: Person,
  /** Plain text, never rendered as HTML. */
  body: z.string(),
  createdAt: z.iso.datetime(),
  editedAt: z.iso.datetime().nullable(),
});
export type Comment = z.infer<typeof Comment>;

export const NewComment = z.strictObject({ body: text(1, 10_000), parentId: Id.nullable().default(null) });
export type NewComment = z.infer<typeof NewComment>;
