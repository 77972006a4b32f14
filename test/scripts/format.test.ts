import { readdirSync } from 'node:fs';
import { getFileInfo } from 'prettier';
import { expect, test } from 'vitest';

const isChecked = async (path: string) =>
  !(await getFileInfo(path, { ignorePath: '.prettierignore' })).ignored;

test('the format check leaves alone what programs write: the next benchmark must not fail the next test run', async () => {
  const written = [
    'bench/results/2030-01-01-0000.json',
    ...readdirSync('bench/results').map((name) => `bench/results/${name}`),
    'bench/package-lock.json',
    'screenshots/package-lock.json',
    'docs/package-lock.json',
    'migrations/sqlite/meta/_journal.json',
  ];
  for (const path of written) expect([path, await isChecked(path)]).toEqual([path, false]);
});

test('the format check looks at what people write', async () => {
  for (const path of [
    'src/main.ts',
    'bench/run.ts',
    'screenshots/take.ts',
    'docs/.vitepress/config.ts',
    'package.json',
    'compose.yaml',
  ])
    expect([path, await isChecked(path)]).toEqual([path, true]);
});
