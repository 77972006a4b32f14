import { expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import type { Store } from '../../src/domain/store.ts';
import { addComment, addReport, ann, bob, codeOf, codesOf } from '../contract/store/bench.ts';
import { damage } from './damage.ts';
import { openStoreAt, refusalOf, temporaryPath } from './handles.ts';

type Request = (store: Store, report: Report) => Promise<unknown>;

const comment: Request = (store, report) => addComment(store, bob, report);
const requests: readonly [string, string, Request][] = [
  ['watches', 'a report is added', (store) => addReport(store)],
  ['comments', 'a comment is added', comment],
  ['inboxes', 'somebody is notified', comment],
  ['notifications', 'a notification is read', (store) => store.markRead('ann', { upTo: 1 })],
];

test.each(requests)('damage in %s, met when %s, is a failure for good', async (table, _, request) => {
  const path = temporaryPath();
  const first = await openStoreAt(path);
  const report = await addReport(first.store);
  await addComment(first.store, bob, report);
  await first.store.close();
  damage(path, table);

  const { store, commits, failures } = await openStoreAt(path);
  const ticket = { hash: 'h', actor: ann, sessionIssuedAt: 0, sessionEndsAt: 1, endsAt: 1e13 };
  const answers = [store.addTicket(ticket), request(store, report)];

  expect(await codesOf(answers)).toEqual(['unavailable']);
  expect(failures).toHaveLength(1);
  expect(commits).toEqual([]);
  // From now on nothing is written.
  expect(await codesOf([store.probe(), store.addTicket(ticket)])).toEqual(['unavailable']);
  expect(failures).toHaveLength(1);
});

test('who reads what is damaged is told that it is unavailable', async () => {
  const path = temporaryPath();
  const first = await openStoreAt(path);
  const report = await addReport(first.store);
  await first.store.close();
  damage(path, 'comments');
  const { store } = await openStoreAt(path);
  expect(await codeOf(store.comments(report.id, { limit: 20 }))).toBe('unavailable');
});

test('damage that is met at the start is said in one line', async () => {
  const path = temporaryPath();
  await (await openStoreAt(path)).store.close();
  damage(path, 'reports');
  expect(refusalOf(path)).toContain('malformed');
});
