import { configDefaults, defineConfig } from 'vitest/config';

/** Tests of PostgreSQL alone, which is started for them. */
const ofPostgres = [
  'test/store/postgres/**/*.test.ts',
  'test/scripts/migrate-to-postgres.test.ts',
  'test/fleet/**/*.test.ts',
  'test/deploy/rolling.test.ts',
];
/** What is seen from outside has to be the same on both databases. */
const onBoth = ['test/http/**/*.test.ts', 'test/stream/**/*.test.ts'];
/** Those that look at no database at all. */
const onNone = ['token', 'jwks', 'parser', 'bell-script', 'bell-texts', 'live-page'].map(
  (name) => `test/http/${name}.test.ts`,
);

export default defineConfig({
  test: {
    // Generous: a slow machine must not fail a test; what waits for something waits with a limit of its own.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // On a machine that is busy with other things as well; the last line of a run says how many needed it.
    retry: 1,
    // Each file starts servers of its own; two at once is what two cores carry.
    maxWorkers: 2,
    reporters: ['default', './test/support/tally.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          globalSetup: [
            './test/support/chromium-setup.ts',
            // For the servers of both projects: it is one process that starts their workers.
            './test/support/log-guard.ts',
            './test/support/redis-setup.ts',
            './test/deploy/programs-setup.ts',
          ],
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ofPostgres],
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          globalSetup: [
            './test/support/postgres-setup.ts',
            './test/support/redis-setup.ts',
            './test/deploy/programs-setup.ts',
          ],
          env: { CARILLON_TEST_DATABASE: 'postgres' },
          include: [...ofPostgres, ...onBoth],
          exclude: [
            ...configDefaults.exclude,
            ...onNone,
            'test/stream/property.test.ts',
            'test/stream/sse.test.ts',
          ],
        },
      },
    ],
  },
});
