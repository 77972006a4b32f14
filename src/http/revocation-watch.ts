import type { Logger } from 'pino';
import type { Revocations } from './revocations.ts';

const periodMs = 1_000;

/**
 * Looks every second for revocations that other processes have made. It does so beside the bus, which may lose them: a
 * revoked token must not count for longer because a message was lost.
 */
export class RevocationWatch {
  readonly #revocations: Pick<Revocations, 'refresh'>;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #timer: NodeJS.Timeout;
  #isAsked = false;
  #running: Promise<void> | undefined;
  #isFailing = false;

  constructor(revocations: Pick<Revocations, 'refresh'>, log: Pick<Logger, 'warn'>) {
    this.#revocations = revocations;
    this.#log = log;
    this.#timer = setInterval(() => this.look(), periodMs).unref();
  }

  /** Looks now, or once more after the look that is under way, which may have read already. */
  look(): void {
    this.#isAsked = true;
    this.#running ??= this.#run();
  }

  /** Looks no more, once the look under way is done. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      try {
        await this.#revocations.refresh();
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) {
          this.#log.warn({ err: error }, 'revocations cannot be read from the database; tried every second');
        }
        this.#isFailing = true;
      }
    }
    this.#running = undefined;
  }
}
