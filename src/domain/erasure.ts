import { z } from 'zod';
import type { Person } from './actor.ts';

/** What others see in place of a person who was erased. No token can name this id: a `UserId` has no spaces. */
export const erased: Person = { id: 'erased user', name: '–' };

/** What becomes of the texts that a person wrote: they are emptied, or they stay without a name. */
export const TextErasure = z.enum(['erase', 'keep']);
export type TextErasure = z.infer<typeof TextErasure>;

/** A row of what is stored about a user, with the table that it is from. */
export type ExportedRow = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** Where an export goes on: which of its sources, and behind which of its rows. */
export interface ExportPlace {
  readonly source: number;
  readonly after: string;
}

/** A part of an export. */
export interface ExportPage {
  readonly rows: readonly ExportedRow[];
  /** Null after the last part. */
  readonly next: ExportPlace | null;
}
