import { expect, test } from 'vitest';
import { codeOf } from '../contract/store/bench.ts';
import { openHandle, openStoreAt, temporaryPath } from './handles.ts';

test('a database that does not keep what is written is unavailable to a probe', async () => {
  const path = temporaryPath();
  const { store } = await openStoreAt(path);
  await store.probe();
  openHandle(path).exec(
    `CREATE TRIGGER forget AFTER UPDATE ON meta WHEN new.value <> '0'
     BEGIN UPDATE meta SET value = '0' WHERE key = new.key; END`,
  );
  expect(await codeOf(store.probe())).toBe('unavailable');
});

test('a probe rejects while nothing can be written, and resolves when it can again', async () => {
  const path = temporaryPath();
  const { store } = await openStoreAt(path);
  const handle = openHandle(path);
  handle.exec('BEGIN IMMEDIATE');
  expect(await codeOf(store.probe())).toBe('unavailable');
  handle.exec('ROLLBACK');
  await store.probe();
});
