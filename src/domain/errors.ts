/** Every reason for which Carillon says no. `http/problem.ts` has the one table that gives each its status. */
export type ErrorCode =
  | 'invalid_input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'conflict'
  | 'precondition_failed'
  | 'idempotency_in_flight'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'expectation_failed'
  | 'idempotency_mismatch'
  | 'rate_limited'
  | 'headers_too_large'
  | 'internal'
  | 'unavailable'
  | 'storage_full';

/** One fault in an input: `pointer` is a JSON Pointer (RFC 6901) into the body, or `?name` for a query parameter. */
export interface InputFault {
  readonly pointer: string;
  readonly detail: string;
}

interface AppErrorOptions extends ErrorOptions {
  /** Which parts of the input are wrong; goes out as `errors`. */
  readonly faults?: readonly InputFault[];
  /** Response headers that belong to this answer, such as `Allow` or `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that the caller must hear of; `message` is its `detail` and so must not hold anything secret. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly faults: readonly InputFault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.faults = options.faults;
    this.headers = options.headers ?? {};
  }
}

/** Why the server, or a command, cannot do its work: one line for whoever started it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
