import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Where the database at `path` lies, or would lie, after all symbolic links. Its lock and its write-ahead log lie beside
 * that place, also while there is no database.
 */
export function placeOf(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return join(realpathSync(dirname(path)), basename(path));
  if (!found.isSymbolicLink()) return realpathSync(path);
  return placeOf(resolve(dirname(path), readlinkSync(path)));
}
