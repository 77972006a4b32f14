/** What browsers load, by its name in the package, with its source, relative to `src/`. */
export const browserEntries = {
  'client.js': 'client/connect.ts',
  'bell.js': 'client/bell/define.ts',
  'live-page.js': 'web/page.ts',
  'live-page.css': 'web/page.css',
  'api-page.js': 'web/api-page.ts',
} as const;

/** What Swagger UI brings for browsers. It comes with a package that reports each installation, so the package has copies. */
export const swaggerFiles = ['swagger-ui-bundle.js', 'swagger-ui.css', 'index.css'] as const;

export type BundleName = keyof typeof browserEntries;

/** How esbuild makes it, in a clone when it is asked for and for the package ahead of time: the same bytes. */
export const browserBuild = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'silent',
} as const;
