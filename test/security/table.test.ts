import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// What follows is about those against whom nothing stands.
const [threats = ''] = readFileSync('docs/security.md', 'utf8').split('## Who must be trusted');
/** One item for each threat, its lines joined. */
const table = Array.from(threats.matchAll(/^- \*\*[^]*?(?=\n- |\n\n)/gm), ([item]) =>
  item.replace(/\s+/g, ' '),
);

/** The tests that the table names, with their files. */
const named = table.flatMap((line) =>
  Array.from(line.matchAll(/`(test\/[^`]+)`: ((?:“[^”]+”(?:, )?)+)/g), ([, file = '', titles = '']) =>
    Array.from(titles.matchAll(/“([^”]+)”/g), ([, title = '']) => ({ file, title })),
  ).flat(),
);

test('every test that the page names exists', () => {
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

test('every item names a defence, what it belongs to, and a test', () => {
  expect(table.length).toBeGreaterThan(30);
  for (const item of table) {
    expect(item).toMatch(
      /^- \*\*.*\w.*\*\*: \*Defence\*: .*\w.* · \*OWASP, ASVS\*: (?:API\d+, )*V\d+(?:, V\d+)* · \*Test\*: `test\/.*”$/,
    );
  }
});

test('every file of test/security is in the page', () => {
  const files = globSync('test/security/**/*.test.ts').map((file) => file.replaceAll('\\', '/'));
  expect(files.length).toBeGreaterThan(10);
  const inTable = new Set(named.map(({ file }) => file));
  expect(files.filter((file) => !inTable.has(file))).toEqual([]);
});
