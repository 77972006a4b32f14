import { renameSync, statSync } from 'node:fs';
import { SqliteError } from 'better-sqlite3';
import { placeOf } from './place.ts';

/** How often the files beside the database are looked at. The database itself is looked at each time. */
const besideMs = 1_000;

/**
 * Notices when the files of an open database are deleted, moved, or replaced. The process could go on writing to them,
 * and would lose everything that it wrote when it ends.
 */
export class FileWatch {
  readonly #path: string;
  readonly #log: string;
  readonly #lock: string;
  readonly #known = new Map<string, string>();
  #nextLook = 0;

  /** @param path of a database that was opened right before. */
  constructor(path: string) {
    const place = placeOf(path);
    this.#path = path;
    this.#log = `${place}-wal`;
    this.#lock = `${place}.lock`;
    this.#isSame(path);
  }

  /**
   * To be called after each commit and before its requests are answered: then no answer is about a file that is gone.
   * @throws SqliteError with SQLite's own code for it, `SQLITE_READONLY_DBMOVED`.
   */
  assertSame(): void {
    if (!this.#isSame(this.#path)) {
      if (fileAt(this.#path) !== undefined) this.#putLogAside();
      throw moved(this.#path);
    }
    const now = performance.now();
    if (now < this.#nextLook) return;
    this.#nextLook = now + besideMs;
    for (const path of [this.#log, this.#lock]) if (!this.#isSame(path)) throw moved(path);
  }

  /** Whether the file at `path` is the one that the first look found there. */
  #isSame(path: string): boolean {
    const file = fileAt(path);
    const known = this.#known.get(path);
    if (known !== undefined || file === undefined) return file === known;
    this.#known.set(path, file);
    return true;
  }

  /** The next process would take the old file's write-ahead log for the new file's, and damage the new file with it. */
  #putLogAside(): void {
    if (fileAt(this.#log) !== undefined && this.#isSame(this.#log))
      renameSync(this.#log, `${this.#log}.orphaned`);
  }
}

function fileAt(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.dev}/${found.ino}`;
}

function moved(path: string): Error {
  return new SqliteError(
    `${path} was deleted, moved, or replaced while the server was using it. Put the right file in place and start the server again.`,
    'SQLITE_READONLY_DBMOVED',
  );
}
