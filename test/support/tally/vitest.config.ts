import { defineConfig } from 'vitest/config';

/* What test/support/tally.test.ts runs: each file is a run of its own. */

export default defineConfig({
  test: { include: ['test/support/tally/*.ts'], retry: 1, reporters: ['./test/support/tally.ts'] },
});
