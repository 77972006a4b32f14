import type { Log } from './log.ts';

/** Signals that come within this time are one: npm repeats a Ctrl-C that the terminal has sent here already. */
const sameSignalMs = 250;
/** How long closing may take, so that the process has ended 10 s after a signal. */
const limitMs = 9_500;

/**
 * The end of the process, which may be asked for at any time, also while the server starts. It comes within 10 s, even
 * if the disk does not answer.
 */
export class Ending {
  readonly #log: Log;
  readonly #begun = Promise.withResolvers<number>();
  #since: number | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Resolves with the exit code once the end was asked for. */
  get begun(): Promise<number> {
    return this.#begun.promise;
  }

  get hasBegun(): boolean {
    return this.#since !== undefined;
  }

  /** Asks for the end; what comes first says the exit code. */
  begin(code: number): void {
    if (this.#since !== undefined) return;
    this.#since = performance.now();
    this.#log.logger.info('stopping');
    setTimeout(() => {
      this.#log.logger.error('the server could not be closed in time: the database does not answer');
      this.#endAtOnce();
    }, limitMs).unref();
    this.#begun.resolve(code);
  }

  /** Takes a signal: the first one asks for the end, a second one does not wait for it. */
  signal(): void {
    if (this.#since !== undefined && performance.now() - this.#since > sameSignalMs) this.#endAtOnce();
    this.begin(0);
  }

  /** `process.exit` waits for all threads, and so for a disk that does not answer. Nothing is lost: what was answered is durable. */
  #endAtOnce(): void {
    this.#log.flush();
    process.kill(process.pid, 'SIGKILL');
  }
}
