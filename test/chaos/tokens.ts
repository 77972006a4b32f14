import { signToken } from '../../src/http/token.ts';
import type { Clock } from './clock.ts';

export const secret = 'a secret that is only for chaos, 32 bytes or more';
/** Of the backend that publishes. */
export const publishToken = 'a-token-that-is-only-for-chaos-and-long';
const yearSeconds = 365 * 24 * 60 * 60;

/** Makes tokens that the server takes, whatever its clock says. */
export class Tokens {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Promise<string>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One that never ends during a run; the same for the same user. */
  lasting(user: string): Promise<string> {
    const kept = this.#kept.get(user) ?? this.#sign(user, 100 * yearSeconds);
    this.#kept.set(user, kept);
    return kept;
  }

  /** One that ends after so many seconds of the server's clock. */
  brief(user: string, seconds: number): Promise<string> {
    return this.#sign(user, seconds + this.#clock.offsetMs / 1000);
  }

  #sign(user: string, seconds: number): Promise<string> {
    const rules = { issuer: undefined, audience: undefined };
    // As long as a name may be and four bytes a character: large frames fill a socket soon.
    return signToken({ id: user, name: '🔔'.repeat(200) }, seconds, secret, rules);
  }
}
