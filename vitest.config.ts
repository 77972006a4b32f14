import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['./test/support/chromium-setup.ts', './test/deploy/programs-setup.ts'],
    include: ['test/**/*.test.ts'],
    // Generous: a slow machine must not fail a test; what waits for something waits with a limit of its own.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each file starts servers of its own; two at once is what two cores carry.
    maxWorkers: 2,
    reporters: ['default', './test/support/tally.ts'],
  },
});
