import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const hourMs = 60 * 60 * 1000;
/** More than the retention of one day and all the jumps there are. */
const leapMs = 30 * hourMs;
export const maxJumpMs = 2 * hourMs;

/** The server's clock, as `preload.ts` shows it to the server. */
export class Clock {
  readonly path: string;
  #leaps = 0;
  #jumpMs = 0;

  constructor(folder: string) {
    this.path = join(folder, 'clock');
    this.#write();
  }

  /** How far it is ahead, in milliseconds. */
  get offsetMs(): number {
    return this.#leaps * leapMs + this.#jumpMs;
  }

  /** How far it will be ahead when no jump holds any more, in milliseconds. */
  get restOffsetMs(): number {
    return this.#leaps * leapMs;
  }

  /** Off by so much, at most two hours either way. */
  jump(ms: number): void {
    this.#jumpMs = ms;
    this.#write();
  }

  /** So far ahead, once and for all, that all there is has become older than a day. */
  leap(): void {
    this.#leaps++;
    this.#jumpMs = 0;
    this.#write();
  }

  #write(): void {
    // In one step: whoever reads it must not find half of it.
    writeFileSync(`${this.path}.new`, String(this.offsetMs));
    renameSync(`${this.path}.new`, this.path);
  }
}
