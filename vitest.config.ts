import { configDefaults, defineConfig } from 'vitest/config';
import { LongFirst } from './test/support/long-first.ts';
import { deployed, inBrowsers, onBoth, onPostgres, onRedis, shared } from './test/support/projects.ts';

// A project is started only when one of its files runs: `npx vitest run test/http/auth.test.ts` needs nothing.
const guard = './test/support/log-guard.ts';
const programs = './test/support/programs-setup.ts';
const chromium = './test/support/chromium-setup.ts';
const postgres = './test/support/postgres-setup.ts';

export default defineConfig({
  test: {
    ...shared,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          globalSetup: [guard],
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...inBrowsers, ...onRedis, ...deployed, ...onPostgres],
        },
      },
      {
        extends: true,
        test: {
          name: 'redis',
          globalSetup: [guard, programs],
          provide: { programs: ['redis'] },
          include: onRedis,
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          globalSetup: [guard, programs, postgres],
          provide: { programs: ['redis', 'nginx', 'caddy', 'openssl', 'psycopg'] },
          env: { CARILLON_TEST_DATABASE: 'postgres' },
          include: [...onPostgres, ...onBoth],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          globalSetup: [guard, programs, chromium],
          provide: { programs: ['chromium'] },
          // A browser on a busy machine; in CI a run in which many needed it fails all the same (test/support/tally.ts).
          retry: 1,
          include: inBrowsers,
        },
      },
      {
        extends: true,
        test: {
          name: 'deploy',
          globalSetup: [guard, programs],
          provide: { programs: ['nginx', 'caddy', 'openssl', 'chromium', 'redis', 'systemd-analyze'] },
          retry: 1,
          include: deployed,
          exclude: [...configDefaults.exclude, ...onPostgres],
        },
      },
    ],
  },
});
