import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

// Each server of a test opens its database in a fresh thread, and each thread compiles the same modules.
process.env['NODE_COMPILE_CACHE'] ??= resolve('node_modules/.cache/compiled');

/** What every test run has in common. */
export const shared = {
  // Generous: a slow machine must not fail a test; what waits for something waits with a limit of its own.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
  // Each file starts servers of its own and often waits for them: one more than there are cores keeps all of them busy.
  maxWorkers: availableParallelism() + 1,
  reporters: ['default', './test/support/tally.ts'],
};

/**
 * Tests that a run of seconds repeats at every change. They need no program and no rights. The contract runs without the
 * store's thread here: to start one for each test takes more than the tests.
 */
export const fast = [
  'test/domain/**/*.test.ts',
  'test/stream/**/*.test.ts',
  'test/client/**/*.test.ts',
  'test/store/sqlite-store.test.ts',
  'test/config.test.ts',
  'test/layout.test.ts',
];

/** Tests that look at Carillon through a browser. */
export const inBrowsers = [
  'test/browser/**/*.test.ts',
  'test/examples/**/*.test.ts',
  'test/security/cross-site.test.ts',
  'test/security/forged-events.test.ts',
];

/** Tests of the bus, which start a Redis each and keep their rows in SQLite. */
export const onRedis = ['test/bus/**/*.test.ts'];

/** Tests that put Carillon behind proxies and into what else it is deployed with. */
export const deployed = ['test/deploy/**/*.test.ts'];

/** Tests of PostgreSQL alone, which is started for them. */
export const onPostgres = [
  'test/store/postgres/**/*.test.ts',
  'test/scripts/migrate-to-postgres.test.ts',
  'test/fleet/**/*.test.ts',
  'test/deploy/rolling.test.ts',
];

/**
 * Tests of what a client sees of the database: the same on both. Everything else that a client sees comes from the code
 * above the stores, and is tested on SQLite alone.
 */
export const onBoth = [
  ...[
    'canary',
    'comments',
    'conversation',
    'erase',
    'idempotency',
    'publishing',
    'many-notifications',
    'notifications',
    'operations',
  ],
  ...['pagination', 'reports', 'revoke', 'silent-mute', 'tickets', 'tracing'],
]
  .map((name) => `test/http/${name}.test.ts`)
  .concat(['life', 'resume', 'revoke', 'wire'].map((name) => `test/stream/${name}.test.ts`));
