import type { ConnectOptions } from '../client.ts';

type Token = ConnectOptions['token'];
type GetTicket = ConnectOptions['getTicket'];

/**
 * How a bell shows who is asking. A new function takes the place of the old one on the same connection: applications with
 * React or Vue write `token={() => …}`, which is another function in each render.
 */
export class Credentials {
  #token: Token;
  #getTicket: GetTicket;
  readonly #onChange: () => void;

  /** @param onChange called when another connection is needed. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get token(): Token {
    return this.#token;
  }
  set token(value: Token) {
    const before = this.#token;
    this.#token = value;
    this.#changed(before, value);
  }

  get getTicket(): GetTicket {
    return this.#getTicket;
  }
  set getTicket(value: GetTicket) {
    const before = this.#getTicket;
    this.#getTicket = value;
    this.#changed(before, value);
  }

  options(): Pick<ConnectOptions, 'token' | 'getTicket' | 'withCredentials'> {
    const token = this.#token;
    const getTicket = this.#getTicket;
    // Called at the time of a request: the function of that time is the one to ask.
    const latestToken = () => (typeof this.#token === 'function' ? this.#token() : (this.#token ?? ''));
    return {
      // With a token or a ticket the cookie has nothing to say.
      withCredentials: token === undefined && getTicket === undefined,
      ...(token !== undefined && { token: typeof token === 'string' ? token : latestToken }),
      ...(getTicket !== undefined && { getTicket: () => (this.#getTicket ?? getTicket)() }),
    };
  }

  #changed(before: unknown, after: unknown): void {
    const isReplaced = typeof before === 'function' && typeof after === 'function';
    if (before !== after && !isReplaced) this.#onChange();
  }
}
