import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartError } from '../../domain/errors.ts';
import { inOneLine, sync, writeCopy } from './copy.ts';

/**
 * Writes a copy of the database at `path` to `file`, as it is at one moment, while a server may go on writing. Until the
 * copy is whole and on the disk it has another name, so a `file` that exists is a good one.
 * @throws StartError with one line that says what is wrong.
 */
export function backUp(path: string, file: string): void {
  if (!existsSync(path))
    throw new StartError(`DATABASE_URL names ${path}, where there is no database to copy.`);
  if (existsSync(file)) throw new StartError(`${file} exists already; name a file that does not.`);
  const part = `${file}.part`;
  try {
    writeCopy(path, part);
    renameSync(part, file);
    sync(dirname(file));
  } catch (cause) {
    rmSync(part, { force: true });
    throw inOneLine(`${path} could not be copied to ${file}`, cause);
  }
}
