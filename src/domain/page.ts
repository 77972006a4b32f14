import { z } from 'zod';
import { Id } from './id.ts';

const limitExpected = 'Expected a whole number from 1 to 100.';

/** Which part of a list: at most `limit` rows behind the row `cursor`, which need not exist any more. */
export const PageRequest = z.object({
  cursor: Id.optional(),
  limit: z
    .string(limitExpected)
    .regex(/^\d{1,3}$/, limitExpected)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= 100, limitExpected)
    .default(20),
});
export type PageRequest = z.infer<typeof PageRequest>;

/** Rows of a list; `nextCursor` asks for those behind them and is null at the end. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/**
 * Makes a page of `rows`, which were read with a limit of one more than `limit`: whether that one came tells whether
 * there is a next page.
 */
export function pageOf<T extends { readonly id: string }>(rows: readonly T[], limit: number): Page<T> {
  const data = rows.slice(0, limit);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}
