import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { MIMEType } from 'node:util';
import type { Request, RequestHandler } from 'express';
import getRawBody from 'raw-body';
import { z } from 'zod';
import { AppError, type InputFault } from '../domain/errors.ts';
import type { IdempotencyKey } from '../domain/store.ts';

/** Most faults that an answer names: it must not be larger than what it answers. */
const maxFaults = 100;

export const maxBodyBytes = 128 * 1024;

/** A publisher may name 1,000 people. */
const maxPublishedBytes = 512 * 1024;

/** Reads JSON bodies of users. */
export const jsonBody = readJson(maxBodyBytes);
/** The same for publishers. */
export const publishedBody = readJson(maxPublishedBytes);

/**
 * Reads JSON bodies, up to `limit` bytes, into `req.body`. A longer body is refused as soon as that is known: Express's
 * own parser would read it to its end first. A body that the application around Carillon has read is left as
 * its parser made it. What it throws: payload_too_large, unsupported_media_type, invalid_input.
 */
function readJson(limit: number): RequestHandler {
  return async (req, _res, next) => {
    if (req.readable && hasBody(req) && req.is('application/json') === 'application/json') {
      assertPlainText(req);
      const length = req.headers['content-length'];
      req.body = parsed(await getRawBody(req, { limit, ...(length !== undefined && { length }) }));
    }
    next();
  };
}

/** Compressed bodies are refused, because a few bytes of them can become gigabytes. */
function assertPlainText({ headers }: Request): void {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  const charset = new MIMEType(type).params.get('charset') ?? 'utf-8';
  if (charset.toLowerCase() !== 'utf-8' || encoding.toLowerCase() !== 'identity') {
    throw new AppError('unsupported_media_type', 'Expected a body in UTF-8, and not compressed.');
  }
}

function parsed(bytes: Buffer): unknown {
  // It would be decoded with replacement characters, and not be kept as it was written.
  if (!isUtf8(bytes)) throw new AppError('invalid_input', 'The body is not valid UTF-8.');
  try {
    return bytes.length === 0 ? {} : JSON.parse(bytes.toString());
  } catch (cause) {
    throw new AppError('invalid_input', 'The body is not valid JSON.', { cause });
  }
}

/**
 * The body of a request, as `schema` has it.
 * @throws unsupported_media_type, invalid_input with a fault for each that was found
 */
export function bodyOf<T>(req: Request, schema: z.ZodType<T>): T {
  if (!hasBody(req)) throw new AppError('invalid_input', 'Expected a body in JSON.');
  return parse(schema, jsonOf(req), (path) => path.map((key) => `/${pointerToken(key)}`).join(''));
}

/** For a request that says everything by its path: it may have an empty object as its body, or none. */
export function noBody(req: Request): void {
  if (hasBody(req)) bodyOf(req, z.strictObject({}));
}

/** The query of a request, as `schema` has it; what it does not know is ignored. */
export function queryOf<T>(req: Request, schema: z.ZodType<T>): T {
  return parse(schema, req.query, (path) => `?${path.join('.')}`);
}

/**
 * The `Idempotency-Key` of a request that asks for `input`.
 * @returns undefined when it has none.
 */
export function idempotencyKeyOf(req: Request, input: unknown): IdempotencyKey | undefined {
  const key = req.get('idempotency-key');
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(key)) {
    throw new AppError('invalid_input', 'Idempotency-Key: expected 1 to 255 printable ASCII characters.');
  }
  const request = JSON.stringify([req.method, req.path, input]);
  return { key, fingerprint: createHash('sha256').update(request).digest('base64url') };
}

export function hasBody(req: Request): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}

function jsonOf(req: Request): unknown {
  if (req.is('application/json') !== 'application/json') {
    throw new AppError('unsupported_media_type', 'Expected a body with Content-Type: application/json.');
  }
  return req.body;
}

function parse<T>(
  schema: z.ZodType<T>,
  value: unknown,
  pointerOf: (path: readonly PropertyKey[]) => string,
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue, pointerOf)).slice(0, maxFaults);
  const [first] = faults;
  const where = first === undefined || first.pointer === '' ? '' : `${first.pointer}: `;
  throw new AppError('invalid_input', `${where}${first?.detail ?? 'The input is not valid.'}`, { faults });
}

function faultsOf(
  issue: z.core.$ZodIssue,
  pointerOf: (path: readonly PropertyKey[]) => string,
): InputFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      detail: 'There is no such field.',
    }));
  }
  return [{ pointer: pointerOf(issue.path), detail: issue.message }];
}

/** Escapes a key for a JSON Pointer (RFC 6901, section 3). */
function pointerToken(key: PropertyKey): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1');
}
