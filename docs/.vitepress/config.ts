import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { defineConfig, type DefaultTheme, type MarkdownRenderer } from 'vitepress';

/* The site: the pages as they lie in the repository, at the same paths, so that their links work here and there. */

const root = join(import.meta.dirname, '../..');

export default defineConfig({
  title: 'Carillon',
  description: 'A self-hosted notification server.',
  lang: 'en',
  srcDir: root,
  // README, SECURITY, and the like are pages as well, and so is the benchmark's.
  srcExclude: ['!(docs|bench)/*/**'],
  rewrites: (path) => path.replace(/README\.md$/, 'index.md'),
  vite: { plugins: [{ name: 'vue-of-docs', enforce: 'pre', resolveId: vueOfDocs }] },
  // Without an icon every browser asks the server for /favicon.ico.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: { config: asInTheRepository, anchor: { slugify: anchorOf } },
  themeConfig: {
    search: { provider: 'local', options: { detailedView: true } },
    outline: [2, 3],
    sidebar: [
      { text: 'Questions', link: '/docs/' },
      ...groupsOf(readFileSync(join(root, 'docs/README.md'), 'utf8')),
      {
        text: 'The project',
        items: [
          { text: 'Benchmark', link: '/bench/' },
          { text: 'Report a hole', link: '/SECURITY' },
          { text: 'Contributing', link: '/CONTRIBUTING' },
          { text: 'Changelog', link: '/CHANGELOG' },
        ],
      },
    ],
  },
});

/** The groups of the index: paragraphs such as "**Look up**: [the wire](wire.md) · [configuration](configuration.md)". */
function groupsOf(index: string): DefaultTheme.SidebarItem[] {
  const paragraphs = index.matchAll(/^\*\*([^*]+)\*\*: ([^]+?)\n\n/gm);
  return Array.from(paragraphs, ([, text = '', links = '']) => ({
    text,
    items: Array.from(links.matchAll(/\[([^\]]+)\]\((\S+)\.md\)/g), ([, name = '', page = '']) => ({
      text: name.charAt(0).toUpperCase() + name.slice(1),
      link: `/docs/${page}`,
    })),
  }));
}

/** Pages above this folder would look for Vue in ../node_modules, where it is another one or none. */
function vueOfDocs(this: Resolver, id: string) {
  if (!/^vue(\/|$)/.test(id)) return null;
  return this.resolve(id, join(root, 'docs/.vitepress/config.ts'), { skipSelf: true });
}

/** The anchor that GitHub gives a heading; test/docs.test.ts holds the links of the pages to it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/**
 * Reads links and pictures as GitHub does. A link to a page that is missing is found by VitePress.
 * @throws when a page links to another file that is missing
 */
function asInTheRepository(md: MarkdownRenderer): void {
  md.core.ruler.push('as-in-the-repository', ({ tokens, env }) => {
    for (const token of tokens.flatMap((block) => [block, ...(block.children ?? [])])) {
      // Vue takes only "./picture.png" for a file, not "picture.png".
      if (token.type.startsWith('html_'))
        token.content = token.content.replaceAll(/\b(src|srcset)="(?=\w[^":]*")/g, '$1="./');
    }
    for (const { children } of tokens) linksOf(children ?? [], (env as { path: string }).path);
  });
}

/** A file that is no page, such as a source file, has no address in the site: the text stays, its path on hover. */
function linksOf(tokens: Token[], page: string): void {
  let isPlain = false;
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const [path = ''] = (token.attrGet('href') ?? '').split('#');
      isPlain = path !== '' && !/^[a-z]+:|\.md$/.test(path);
      if (isPlain) {
        const file = relative(root, join(dirname(page), path));
        if (!existsSync(join(root, file)))
          throw new Error(`${relative(root, page)} links to ${file}, which is missing.`);
        token.attrs = [['title', file]];
      } else if (path.endsWith('README.md')) {
        token.attrSet('href', (token.attrGet('href') ?? '').replace('README.md', 'index.md'));
      }
    }
    if (isPlain && token.type.startsWith('link_')) token.tag = 'span';
  }
}

/** The part of Vite's plugin context that is used here; its type would be one more package. */
interface Resolver {
  resolve(id: string, importer: string, options: { skipSelf: boolean }): Promise<{ id: string } | null>;
}

type Token = Parameters<MarkdownRenderer['renderer']['render']>[0][number];
