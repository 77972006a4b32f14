import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from './result.ts';

const begin = '<!-- measured -->';
const end = '<!-- end of what was measured -->';

/** Puts a page's text between its markers, behind a line that says where the figures come from. */
export function writePage({ path, text }: Page, source: string): void {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const [before, , after] = partsOf(readFileSync(file, 'utf8'), path);
  writeFileSync(file, `${before}${begin}\n\n${source}\n\n${text}\n\n${end}${after}`);
}

function partsOf(page: string, path: string): [string, string, string] {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${path} has no ${begin} … ${end}.`);
  return [page.slice(0, from), page.slice(from, to), page.slice(to + end.length)];
}
