import { defineConfig } from 'vitest/config';
import { memoryFolder } from './test/support/memory-folder.ts';
import { fast, shared } from './test/support/projects.ts';

/* `npm run test:fast`: what can be said within seconds, on any system, with nothing but `npm ci`. */

export default defineConfig({
  test: {
    ...shared,
    env: { CARILLON_WORLDS: '300', TMPDIR: memoryFolder() },
    include: fast,
  },
});
