import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Names the folder into which the logs of a whole test run go; not set outside of one. */
export const logsFolder = 'CARILLON_TEST_LOGS';

let opened = 0;

/** Where the log of one more server goes, so that `log-guard.ts` can search it after the run; text, or bytes of it. */
export function collectLog(): (part: string | Uint8Array) => void {
  const folder = process.env[logsFolder];
  if (folder === undefined) return () => undefined;
  const path = join(folder, `${process.pid}-${++opened}.log`);
  let file: number | undefined;
  return (part) => {
    file ??= openSync(path, 'a', 0o600);
    if (typeof part === 'string') writeSync(file, part);
    else writeSync(file, part);
  };
}
