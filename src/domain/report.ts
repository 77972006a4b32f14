import { z } from 'zod';
import { ShownPerson } from './actor.ts';
import { Id } from './id.ts';
import { text } from './text.ts';

/** What is commented on. */
export const Report = z.object({
  id: Id,
  title: z.string(),
  /** Plain text, never rendered as HTML; empty when none was given. */
  body: z.string(),
  owner: ShownPerson,
  createdAt: z.iso.datetime(),
});
export type Report = z.infer<typeof Report>;

export const NewReport = z.strictObject({ title: text(1, 200), body: text(0, 10_000).default('') });
export type NewReport = z.infer<typeof NewReport>;

/** What is not named stays. */
export const ReportChange = z
  .strictObject({ title: text(1, 200).optional(), body: text(0, 10_000).optional() })
  .refine((change) => Object.keys(change).length > 0, 'Expected at least one of title and body.');
export type ReportChange = z.infer<typeof ReportChange>;
