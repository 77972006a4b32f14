import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

/* Builds what the package gives to applications, into dist/; `npm run build` adds the types. The server needs no build. */

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: { client: 'src/client/connect.ts', bell: 'src/client/bell/define.ts' },
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
});
