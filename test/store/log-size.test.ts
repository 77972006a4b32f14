import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addComment, addReport, bob, numbersTo } from '../contract/store/bench.ts';
import { until } from '../support/wait.ts';
import { openHandle, openStoreAt, temporaryPath } from './handles.ts';

test('a write-ahead log that grew beside a long reader is cut when the reader is done', async () => {
  const path = temporaryPath();
  const { store } = await openStoreAt(path);
  const report = await addReport(store);
  const logBytes = () => statSync(`${path}-wal`).size;
  const grownBytes = 12 * 1024 * 1024;
  const reader = openHandle(path, { readonly: true });
  reader.exec('BEGIN; SELECT count(*) FROM reports');
  const body = 'x'.repeat(5_000);
  for (let i = 0; logBytes() < grownBytes && i < 100; i++) {
    await Promise.all(numbersTo(100).map(() => addComment(store, bob, report, body)));
  }
  expect(logBytes()).toBeGreaterThan(grownBytes);
  reader.exec('COMMIT');
  await until('the log to be cut', async () => {
    await addComment(store, bob, report, body);
    return logBytes() < grownBytes;
  });
});
