import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const inMemory = '/dev/shm';
const neededBytes = 512 * 1024 * 1024;

/** Where databases need not wait for a disk; the usual temporary folder where there is no such place, or too small a one. */
export function memoryFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(inMemory);
    return bavail * bsize >= neededBytes ? inMemory : tmpdir();
  } catch {
    return tmpdir(); // Not Linux.
  }
}
