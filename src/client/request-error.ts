/** What is known of a request that failed. */
export interface RequestFacts {
  /** The HTTP status; undefined when no answer came. */
  readonly status?: number | undefined;
  /** The problem's code, such as `not_found` or `rate_limited`. */
  readonly code?: string | undefined;
  /** After how many milliseconds it may be tried again, where the answer says so (429). */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A request that failed: Carillon said no (`status`, `code`), or was not reached (neither). */
export class RequestError extends Error {
  declare readonly status: number | undefined;
  declare readonly code: string | undefined;
  declare readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: RequestFacts = {}) {
    super(message);
    Object.assign(this, { name: 'RequestError', ...facts });
  }
}
