import { setImmediate } from 'node:timers/promises';

/** Most rows that a walk through a table reads at once. */
export const rowsPerPage = 250;

/**
 * Walks through rows in pages, so that others get their turn in between.
 * @param page at most `rowsPerPage` rows behind the key `after`, by key.
 */
export async function* pagesOf<Row>(
  page: (after: string) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
  first: string,
): AsyncGenerator<readonly Row[]> {
  let after: string | undefined = first;
  while (after !== undefined) {
    const rows = await page(after);
    yield rows;
    after = nextAfter(rows, keyOf);
    await setImmediate();
  }
}

/** The key behind which the next page begins; undefined after the last page. */
export function nextAfter<Row>(rows: readonly Row[], keyOf: (row: Row) => string): string | undefined {
  const last = rows.at(-1);
  return last === undefined || rows.length < rowsPerPage ? undefined : keyOf(last);
}
