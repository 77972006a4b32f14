import type { ProgramName } from './programs.ts';

declare module 'vitest' {
  /** What the set-up of a project gives to its tests. */
  interface ProvidedContext {
    /** What the suites of the project start. */
    programs: readonly ProgramName[];
    /** Where the run's Chromium listens; undefined where there is none. */
    chromiumEndpoint: string | undefined;
    /** The run's PostgreSQL server, without a database's name at the end; or why there is none. */
    postgres: { readonly url: string } | { readonly missing: string };
  }
}
