import { parseCookie } from 'cookie';
import type { Request, RequestHandler } from 'express';
import type { Actor } from '../domain/actor.ts';
import { AppError } from '../domain/errors.ts';
import type { Authenticate } from './authenticate.ts';
import { type AllowedOrigins, isAllowed } from './origins.ts';
import type { Revocations } from './revocations.ts';
import type { Tickets } from './tickets.ts';
import type { VerifyToken } from './token.ts';
import type { Verified } from './verified.ts';

/** Who asks, and by what credential. */
export interface Session extends Verified {
  readonly by: 'bearer' | 'ticket' | 'cookie' | 'application';
  /** The token that says so; a ticket has none. */
  readonly token?: string;
}

export const sessionCookie = 'carillon_session';

/** Whom an answer is for: a page cannot read its HttpOnly cookie, which another tab may have changed. */
export const userHeader = 'Carillon-User';

/** Whom to believe. */
export interface AuthParts {
  readonly verifyToken: VerifyToken;
  /** The sign-in of the application that Carillon runs in; tokens do not count then. */
  readonly authenticate: Authenticate | undefined;
  readonly revocations: Pick<Revocations, 'end'>;
  readonly allowedOrigins: AllowedOrigins;
}

/** Lets signed-in users through: by bearer token or cookie, or also by `?ticket=` where `tickets` is given. */
export function signedIn(parts: AuthParts, tickets?: Tickets): RequestHandler {
  return async (req, res, next) => {
    req.carillon.session = await sessionOf(req, parts, tickets);
    assertNotRevoked(req.carillon.session, parts.revocations);
    if (mayBeForged(req, req.carillon.session)) assertOrigin(req, parts.allowedOrigins);
    res.setHeader(userHeader, req.carillon.session.actor.id);
    next();
  };
}

/** @throws unauthenticated when the session was ended by a revocation */
export function assertNotRevoked(session: Session, revocations: Pick<Revocations, 'end'>): void {
  if (!revocations.end(session)) return;
  throw unauthenticated(
    session.issuedAt > 0
      ? 'The token was revoked.'
      : 'The user was revoked, and the token does not say that it was issued after that: its claim iat is missing or still to come. Mint tokens with iat, the present time in seconds.',
    'invalid_token',
  );
}

/** The user of a request that `signedIn` let through. */
export function actorOf(req: Request): Actor {
  return verifiedOf(req).actor;
}

/** The session of a request that `signedIn` let through. */
export function verifiedOf(req: Request): Session {
  if (req.carillon.session === undefined)
    throw new Error(`The route ${req.path} asks who is there but lets everybody in.`);
  return req.carillon.session;
}

/**
 * Whether a browser may have sent the credential along without being asked. An application may have looked at anything,
 * a cookie included; but no foreign page makes a browser send a bearer token.
 */
function mayBeForged(req: Request, { by }: Session): boolean {
  return by === 'cookie' || (by === 'application' && bearerOf(req) === undefined);
}

/** The credential is the `Authorization` header, or else the ticket, or else the cookie; a bad one is not passed over. */
async function sessionOf(
  req: Request,
  { verifyToken: verify, authenticate }: AuthParts,
  tickets: Tickets | undefined,
): Promise<Session> {
  const { ticket } = req.query;
  if (authenticate === undefined && req.headers.authorization !== undefined) {
    const token = bearerOf(req);
    if (token === undefined) throw unauthenticated('Expected the header Authorization: Bearer <token>.');
    return { ...(await verified(token, verify)), by: 'bearer', token };
  }
  if (tickets !== undefined && ticket !== undefined) {
    return { ...(await tickets.take(typeof ticket === 'string' ? ticket : '')), by: 'ticket' };
  }
  if (authenticate !== undefined) {
    const signedInUser = await authenticate(req);
    if (signedInUser !== undefined) return { ...signedInUser, by: 'application' };
    throw unauthenticated('Nobody is signed in to the application.');
  }
  const [token, ...others] = sessionCookiesOf(req);
  // Another host of the same site can add one, for its own user: then nobody knows who asks.
  if (others.length > 0)
    throw unauthenticated(`Expected one cookie ${sessionCookie}, got ${others.length + 1}.`);
  if (token === undefined) {
    throw unauthenticated(
      'Expected a token: in the header Authorization: Bearer <token>, or in the session cookie, which POST /session sets.',
    );
  }
  return { ...(await verified(token, verify)), by: 'cookie', token };
}

/** Whether a request shows anything that could say who asks. */
export function hasCredential(req: Request): boolean {
  const { authorization } = req.headers;
  return authorization !== undefined || 'ticket' in req.query || sessionCookiesOf(req).length > 0;
}

/** The bearer token of a request; undefined when it has none. */
export function bearerOf(req: Request): string | undefined {
  return /^Bearer +([^\s,]+)$/i.exec(req.headers.authorization ?? '')?.[1];
}

/** What the session cookie holds, unless that is nothing; there may be several of the same name. */
export function sessionCookiesOf(req: Request): readonly string[] {
  const pairs = req.headers.cookie?.split(';') ?? [];
  return pairs.flatMap((pair) => parseCookie(pair)[sessionCookie] ?? []).filter((value) => value !== '');
}

/**
 * A browser sends the cookie along whoever made it ask, so the page that asks must be ours or an allowed one.
 * @throws forbidden
 */
export function assertOrigin(req: Request, allowedOrigins: AllowedOrigins): void {
  const { origin } = req.headers;
  const site = req.get('sec-fetch-site');
  if (origin !== undefined && isAllowed(allowedOrigins, origin)) return;
  if (site === 'same-origin' || site === 'none') return;
  const isSafe = req.method === 'GET' || req.method === 'HEAD';
  if (origin === undefined && site === undefined && isSafe) return;
  throw new AppError(
    'forbidden',
    `A request with the session cookie must come from here or from an origin in ALLOWED_ORIGINS, not from ${origin ?? 'elsewhere'}.`,
  );
}

async function verified(token: string, verify: VerifyToken): Promise<Verified> {
  try {
    return await verify(token);
  } catch (error) {
    throw error instanceof AppError && error.code === 'unauthenticated'
      ? unauthenticated(error.message, 'invalid_token', error.cause)
      : error;
  }
}

/** With the challenge that RFC 9110, section 11.6.1, asks of every 401. */
function unauthenticated(detail: string, error?: 'invalid_token', cause?: unknown): AppError {
  const challenge = error === undefined ? 'Bearer' : `Bearer error="${error}"`;
  return new AppError('unauthenticated', detail, { headers: { 'WWW-Authenticate': challenge }, cause });
}
