import { AppError, type ErrorCode, type InputFault, StartError } from '../../domain/errors.ts';
import type { Commit, Store } from '../../domain/store.ts';

/* What the store's thread and the main thread say to each other. Everything in it survives a structured clone. */

/** The methods that are called across the threads. */
export type Method = Exclude<keyof Store, 'epoch'>;

export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
  readonly cause?: string;
}

/** Calls that were made within one turn of the event loop. */
export interface Calls {
  readonly calls: readonly Call[];
  /** The time by the main thread's clock, in Unix milliseconds. */
  readonly now: number;
}

export type Reply =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: ErrorMessage };

/** Something that the store's thread has to say. */
export type News =
  | { readonly type: 'opened'; readonly epoch: string; readonly methods: readonly Method[] }
  | { readonly type: 'refused'; readonly error: ErrorMessage }
  | { readonly type: 'commit'; readonly commit: Commit }
  | { readonly type: 'reply'; readonly reply: Reply }
  | { readonly type: 'failure'; readonly error: ErrorMessage };

/** An error as it travels: a structured clone would lose its class and its code. */
export interface ErrorMessage {
  readonly kind: 'app' | 'start' | 'other';
  readonly message: string;
  readonly stack: string | undefined;
  /** Of an AppError, or of a database's or system's error. */
  readonly code: string | undefined;
  readonly faults: readonly InputFault[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly cause: ErrorMessage | undefined;
}

export function messageOf(error: unknown): ErrorMessage {
  const whole = error instanceof Error ? error : new Error(String(error));
  const isApp = whole instanceof AppError;
  return {
    kind: isApp ? 'app' : whole instanceof StartError ? 'start' : 'other',
    message: whole.message,
    stack: whole.stack,
    code: 'code' in whole && typeof whole.code === 'string' ? whole.code : undefined,
    faults: isApp ? whole.faults : undefined,
    headers: isApp ? whole.headers : undefined,
    cause: whole.cause === undefined ? undefined : messageOf(whole.cause),
  };
}

/** The error again, with the stack that it had where it was thrown. */
export function errorOf({ kind, message, stack, code, faults, headers, cause }: ErrorMessage): Error {
  const options = cause === undefined ? {} : { cause: errorOf(cause) };
  const error = make();
  if (stack !== undefined) error.stack = stack;
  return error;

  function make(): Error {
    if (kind === 'start') return new StartError(message, options);
    if (kind === 'other') return Object.assign(new Error(message, options), code !== undefined && { code });
    // The code is one of ours: `messageOf` took it from an AppError.
    return new AppError(code as ErrorCode, message, {
      ...options,
      ...(faults && { faults }),
      ...(headers && { headers }),
    });
  }
}
