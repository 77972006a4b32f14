import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { configurationPage } from '../scripts/configuration-page.ts';
import { startServer } from './support/server.ts';

const run = promisify(execFile);
const pages = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...globSync('docs/*.md')].map((path) =>
  path.replaceAll('\\', '/'),
);
const textOf = (path: string) => readFileSync(path, 'utf8');
const linesOf = (path: string) => textOf(path).split('\n');
test('README has at most 150 lines', () => {
  expect(linesOf('README.md').length).toBeLessThanOrEqual(150);
});

test.each(pages)('%s has lines of at most 120 characters, and narrow tables', (path) => {
  for (const line of linesOf(path)) {
    // A picture with its description is one line of markup.
    if (line.trim().startsWith('<')) continue;
    expect(line.length, line).toBeLessThanOrEqual(120);
    if (line.startsWith('|')) expect(line.split(/(?<!\\)\|/).length - 2, line).toBeLessThanOrEqual(3);
  }
});

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(path: string): Set<string> {
  const headings = linesOf(path).filter((line) => line.startsWith('#'));
  const names = headings.map((line) => line.replace(/^#+ /, '').toLowerCase());
  return new Set(names.map((name) => name.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')));
}

test.each(pages)('%s links to what exists', (path) => {
  const links = textOf(path).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+\.(?:png|svg))"/g);
  for (const [, link, picture] of links) {
    const [target = '', anchor] = (link ?? picture ?? '').split('#');
    if (/^https?:/.test(target)) continue;
    const file = target === '' ? path : join(dirname(path), target);
    expect(existsSync(file), `${path}: ${target}`).toBe(true);
    if (anchor !== undefined) expect([...anchorsOf(file)], `${path}: ${target}`).toContain(anchor);
  }
});

test('every page of docs/ is in its index', () => {
  const index = textOf('docs/README.md');
  const missing = pages.filter(
    (path) => /^docs\/(?!README)/.test(path) && !index.includes(`](${path.slice(5)}`),
  );
  expect(missing).toEqual([]);
});

test('docs/configuration.md is what src/config.ts says (else: node scripts/configuration-page.ts)', () => {
  expect(textOf('docs/configuration.md')).toBe(configurationPage());
});

const token = 'a-token-of-the-shop-that-is-only-for-tests';

test.each(pages.filter((path) => textOf(path).includes('<!-- run -->')))(
  'what %s has to paste into a terminal works',
  async (path) => {
    const server = await startServer({ environment: { PUBLISH_TOKENS: `shop:${token}` } });
    const snippets = textOf(path).matchAll(/<!-- run -->\s*```sh\n([^]*?)```/g);
    const environment = {
      PATH: process.env['PATH'],
      CARILLON: server.url,
      PUBLISH_TOKEN: token,
      TOKEN: await server.token('ann'),
    };
    for (const [, snippet = ''] of snippets) {
      // -f: a status of 400 and above ends curl with 22.
      const script = snippet.replaceAll(/^curl/gm, 'curl -fsS');
      const { stdout } = await run('bash', ['-euc', script], { env: environment });
      expect(stdout, snippet).toMatch(/"id"|^$/);
    }
  },
);
