import { STATUS_CODES } from 'node:http';
import { inspect } from 'node:util';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { AppError, type ErrorCode, type InputFault } from '../domain/errors.ts';

/** The one table that gives each code its status. */
export const statusOf = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  idempotency_in_flight: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  expectation_failed: 417,
  conflict: 409,
  precondition_failed: 412,
  idempotency_mismatch: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
  storage_full: 507,
} satisfies Record<ErrorCode, number>;

/** An error as the caller gets it: application/problem+json (RFC 9457). */
export interface Problem {
  /** Always `about:blank`: `title` and `status` say what HTTP means by it, `code` what Carillon does. */
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Names this very answer; the log has the same id. */
  readonly instance?: string;
  readonly code: ErrorCode;
  readonly errors?: readonly InputFault[];
}

export const problemType = 'application/problem+json';

export function problemOf(error: AppError, requestId?: string): Problem {
  const status = statusOf[error.code];
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    ...(requestId !== undefined && { instance: `urn:uuid:${requestId}` }),
    code: error.code,
    ...(error.faults && { errors: error.faults }),
  };
}

/**
 * What the caller is told about `error`, whoever threw it. A bug is told by a fixed sentence: what it really says may
 * hold what nobody should see, and is in the log.
 */
export function appErrorOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  // What is no error would not get into the log.
  const cause = error instanceof Error ? error : new Error(`Thrown, but no error: ${inspect(error)}`);
  return (
    fromExpress(error) ??
    new AppError('internal', 'Something went wrong here; it has been logged.', { cause })
  );
}

/** What Express and raw-body refuse, by the `type` and `status` of their errors. */
function fromExpress(error: unknown): AppError | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const type = 'type' in error ? error.type : undefined;
  switch (error.status) {
    case 400:
      return type === undefined
        ? invalid('The path of the URL is not valid: it cannot be decoded.', error)
        : invalid('The body did not arrive as it was announced.', error);
    case 413:
      return new AppError('payload_too_large', 'The body is larger than 128 KiB.', { cause: error });
    default:
      return undefined;
  }
}

function invalid(detail: string, cause: Error): AppError {
  return new AppError('invalid_input', detail, { cause });
}

/** Answers whatever a handler threw. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, req, res, _next) => {
    const appError = appErrorOf(error);
    const status = statusOf[appError.code];
    if (status >= 500) log.error({ requestId: req.carillon.id, err: appError }, 'request failed');
    if (res.headersSent) {
      req.socket.destroy(); // Too late to say anything; a cut answer is at least not taken for a whole one.
      return;
    }
    sendProblem(req, res, appError);
  };
}

function sendProblem(req: Request, res: Response, error: AppError): void {
  const problem = problemOf(error, req.carillon.id);
  res.status(problem.status).set(error.headers).type(problemType).send(JSON.stringify(problem));
}

export const unknownRoute: RequestHandler = (req) => {
  throw new AppError('not_found', `There is nothing at ${req.path}.`);
};

/** For a known path with another method. */
export function notAllowed(...methods: readonly string[]): RequestHandler {
  const allow = [...methods, 'OPTIONS'].join(', ');
  return (req, res) => {
    if (req.method !== 'OPTIONS') {
      throw new AppError('method_not_allowed', `${req.method} is not possible here; ${allow} are.`, {
        headers: { Allow: allow },
      });
    }
    res.set('Allow', allow).status(204).end();
  };
}
