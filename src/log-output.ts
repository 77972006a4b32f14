import type { Writable } from 'node:stream';

/** Lines are written together once they are as long as this, or as old as `flushMs`: a system call for each costs more than all else about it. */
const batchCharacters = 4_096;
const flushMs = 100;
/** Most characters that wait for a reader. */
const maxWaiting = 1024 * 1024;

/**
 * Writes the lines of the log to a stream, and drops them while nobody reads it: a log must hold up nobody, and must not
 * fill the memory. What was logged in the last 100 ms is lost with a process that is killed, and with no other.
 */
export class LogOutput {
  readonly #stream: Writable;
  #batch = '';
  #timer: NodeJS.Timeout | undefined;
  #dropped = 0;
  #isBroken = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    // Without a listener the end of the reader would be the end of the process.
    stream.on('error', () => (this.#isBroken = true));
  }

  /** How many lines were dropped so far. */
  get droppedLines(): number {
    return this.#dropped;
  }

  /** Calls `listener` each time that everything has been read which waited for a slow reader. */
  onRead(listener: () => void): void {
    this.#stream.on('drain', listener);
  }

  write(line: string): void {
    if (this.#isBroken || this.#stream.writableLength + this.#batch.length > maxWaiting) {
      this.#dropped++;
      return;
    }
    this.#batch += line;
    if (this.#batch.length >= batchCharacters) this.flushSync();
    else this.#timer ??= setTimeout(() => this.flushSync(), flushMs).unref();
  }

  /** Gives all lines to the stream. pino calls this by its name before a fatal error ends the process. */
  flushSync(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#batch === '' || this.#isBroken) return;
    this.#stream.write(this.#batch);
    this.#batch = '';
  }
}
