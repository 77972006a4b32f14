/** A request that failed: Carillon said no (`status`, `code`), or was not reached (neither). */
export class RequestError extends Error {
  /** The HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** The problem's code, such as `not_found` or `rate_limited`. */
  readonly code: string | undefined;
  /** After how many milliseconds it may be tried again, where the answer says so (429). */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    facts: { status?: number; code?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: facts.cause });
    this.name = 'RequestError';
    this.status = facts.status;
    this.code = facts.code;
    this.retryAfterMs = facts.retryAfterMs;
  }
}
