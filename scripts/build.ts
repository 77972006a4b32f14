import { cp, rm } from 'node:fs/promises';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { browserBuild, browserEntries, swaggerFiles } from '../src/http/browser-build.ts';

/*
 * Builds what browsers load, into dist/: bundles, and the files that go out as they are, where the server looks for them.
 * `npm run build` adds the server and the types, because Node runs no TypeScript inside node_modules. A clone needs
 * no build.
 */

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: Object.entries(browserEntries).map(([name, entry]) => ({
    in: `src/${entry}`,
    out: parse(name).name,
  })),
  outdir: 'dist/browser',
  ...browserBuild,
  logLevel: 'error',
});
for (const file of swaggerFiles)
  await cp(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${file}`)), `dist/browser/${file}`);
const isJson = (path: string) => !path.endsWith('.ts');
await cp('src/client/bell/languages', 'dist/client/bell/languages', { recursive: true, filter: isJson });
for (const file of ['web/page.html', 'web/api-page.html', 'web/favicon.svg'])
  await cp(`src/${file}`, `dist/${file}`);
