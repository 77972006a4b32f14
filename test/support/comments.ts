import type { Comment } from '../../src/domain/comment.ts';
import type { Report } from '../../src/domain/report.ts';
import type { Store } from '../../src/domain/store.ts';

/** A new report of ann's. */
export async function addReport(store: Store): Promise<Report> {
  const { value } = await store.addReport({ id: 'ann', name: 'Ann' }, { title: 'Reading list', body: '' });
  return value;
}

/** Comments by bob, `1` to `count`, each with its number as its body. */
export async function addComments(
  store: Store,
  reportId: string,
  count: number,
): Promise<readonly Comment[]> {
  const added = Array.from({ length: count }, (_, i) =>
    store.addComment({ id: 'bob', name: 'Bob' }, reportId, { body: String(i + 1), parentId: null }),
  );
  return (await Promise.all(added)).map(({ value }) => value);
}
