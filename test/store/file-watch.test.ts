import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addComment, addReport, bob, codeOf, numbersTo } from '../contract/store/bench.ts';
import { until } from '../support/wait.ts';
import { openStoreAt, temporaryPath } from './handles.ts';

const accidents: Readonly<Record<string, (path: string) => void>> = {
  deleted: (path) => rmSync(path),
  'moved away': (path) => renameSync(path, `${path}.old`),
  replaced: (path) => {
    copyFileSync(path, `${path}.new`);
    renameSync(`${path}.new`, path);
  },
};

test.each(Object.entries(accidents))(
  'a database file that is %s under an open store takes no further write',
  async (_, happen) => {
    const path = temporaryPath();
    const { store, commits, failures } = await openStoreAt(path);
    const report = await addReport(store);
    const told = commits.length;
    happen(path);
    const writes = numbersTo(3).map(() => codeOf(addComment(store, bob, report)));
    expect(await Promise.all(writes)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(await codeOf(store.probe())).toBe('unavailable');
    expect(commits).toHaveLength(told);
    expect(failures).toHaveLength(1);
    expect(String(failures[0])).toContain(`${path} was deleted, moved, or replaced`);
  },
);

test.each(['-wal', '.lock'])('a deleted %s is noticed within moments', async (suffix) => {
  const path = temporaryPath();
  const { store, failures } = await openStoreAt(path);
  rmSync(path + suffix);
  const isRefused = () =>
    store.probe().then(
      () => false,
      () => true,
    );
  await until('the store to notice', isRefused);
  expect(String(failures[0])).toContain(`${path}${suffix} was deleted`);
});
