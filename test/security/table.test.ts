import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// What follows is about those against whom nothing stands.
const [threats = ''] = readFileSync('docs/security.md', 'utf8').split('## Who must be trusted');
const table = threats.split('\n').filter((line) => line.startsWith('|'));

/** The tests that the table names, with their files. */
const named = table.flatMap((line) =>
  Array.from(line.matchAll(/`(test\/[^`]+)`: ((?:“[^”]+”(?:, )?)+)/g), ([, file = '', titles = '']) =>
    Array.from(titles.matchAll(/“([^”]+)”/g), ([, title = '']) => ({ file, title })),
  ).flat(),
);

test('every test that the table names exists', () => {
  expect(named.length).toBeGreaterThan(60);
  const missing = named.filter(({ file, title }) => !isTitleIn(readFileSync(file, 'utf8'), title));
  expect(missing).toEqual([]);
});

/** Whether `title` stands where a title stands: in quotes, behind nothing but a value that is filled in. */
function isTitleIn(source: string, title: string): boolean {
  const at = source.indexOf(title);
  if (at === -1) return false;
  return /(?:['"`]|\$\{\w+\} )$/.test(source.slice(Math.max(0, at - 30), at));
}

test('every row of the table names a test, a defence, and what it belongs to', () => {
  const rows = table.filter((line) => !/^\|\s*(?:-|Threat)/.test(line));
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const [threat = '', defence = '', kind = '', tests = ''] = row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    expect(threat).toMatch(/\w/);
    expect(defence, threat).toMatch(/\w/);
    expect(kind, threat).toMatch(/^(?:API\d+, )*V\d+(?:, V\d+)*$/);
    expect(tests, threat).toMatch(/^`test\/.*”$/);
  }
});

test('every file of test/security is in the table', () => {
  const files = globSync('test/security/**/*.test.ts').map((file) => file.replaceAll('\\', '/'));
  expect(files.length).toBeGreaterThan(10);
  const inTable = new Set(named.map(({ file }) => file));
  expect(files.filter((file) => !inTable.has(file))).toEqual([]);
});
