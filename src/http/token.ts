import { createSecretKey, type KeyObject } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey, SignJWT } from 'jose';
import { z } from 'zod';
import { type Actor, Person, UserId } from '../domain/actor.ts';
import { AppError } from '../domain/errors.ts';
import { text } from '../domain/text.ts';

/** How tokens are verified: with one shared secret (HS256), or with the keys that a URL lists. */
export interface TokenRules {
  readonly key: { readonly secret: string } | { readonly jwksUrl: string };
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

/** Who a token speaks for, and from when until when (Unix milliseconds). */
export interface Verified {
  readonly actor: Actor;
  /** 0 when the token does not say so credibly. */
  readonly issuedAt: number;
  readonly endsAt: number;
}

/**
 * Verifies a token.
 * @throws unauthenticated, saying what is wrong with it; unavailable when the keys cannot be had
 */
export type VerifyToken = (token: string) => Promise<Verified>;

/** Most verified tokens that are remembered. */
const maxRemembered = 20_000;
/** A longer one is nothing that we or a sane issuer made. */
const maxTokenCharacters = 8_192;

/** How far an issuer's clock may be ahead of ours. */
const maxSkewMs = 60_000;

/** The last second that is a date in JavaScript: with a later one neither a cookie nor a ticket could be made. */
const lastSecond = 8.64e12;

const Claims = z.object({
  sub: UserId,
  name: text(1, 200).optional(),
  iat: z.number().optional(),
  exp: z.number().max(lastSecond),
});

/** Makes a verifier that remembers what it verified until it expires: checking a signature costs more than the rest of a request. */
export function createVerifier(rules: TokenRules, now: () => number): VerifyToken {
  const remembered = new Map<string, Verified>();
  const verify = signatureVerifier(rules, now);
  return async (token) => {
    const known = remembered.get(token);
    if (known !== undefined) {
      if (known.endsAt > now()) return known;
      remembered.delete(token);
      throw new AppError('unauthenticated', 'The token has expired.');
    }
    if (token.length > maxTokenCharacters) throw new AppError('unauthenticated', 'The token is too long.');
    const verified = await verify(token);
    if (remembered.size >= maxRemembered) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
    remembered.set(token, verified);
    return verified;
  };
}

function signatureVerifier({ key, issuer, audience }: TokenRules, now: () => number): VerifyToken {
  const getKey: JWTVerifyGetKey | KeyObject =
    'secret' in key ? secretKey(key.secret) : createRemoteJWKSet(new URL(key.jwksUrl));
  const options = {
    // Only what the key is meant for: a public key must never serve as an HS256 secret.
    algorithms: 'secret' in key ? ['HS256'] : ['RS256', 'ES256', 'EdDSA'],
    requiredClaims: ['sub', 'exp'],
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  return async (token) => {
    try {
      const current = { ...options, currentDate: new Date(now()) };
      // The two kinds of key are two overloads of one function.
      const { payload } = await (typeof getKey === 'function'
        ? jwtVerify(token, getKey, current)
        : jwtVerify(token, getKey, current));
      const { sub, name, iat, exp } = Claims.parse(payload);
      const actor = { id: sub, name: name ?? sub };
      return { actor, issuedAt: issuedAt(iat, now()), endsAt: exp * 1000 };
    } catch (cause) {
      throw refusal(cause);
    }
  };
}

/**
 * A time that is still to come was not that of issuing (perhaps it is in milliseconds): believed, it would make a token
 * that no revocation ends.
 */
function issuedAt(iat: number | undefined, now: number): number {
  return iat === undefined || iat * 1000 > now + maxSkewMs ? 0 : iat * 1000;
}

function refusal(cause: unknown): AppError {
  const options = { cause };
  if (cause instanceof errors.JWTExpired)
    return new AppError('unauthenticated', 'The token has expired.', options);
  if (cause instanceof errors.JWTClaimValidationFailed) {
    return new AppError(
      'unauthenticated',
      `The token's claim ${cause.claim} is missing or not the expected one.`,
      options,
    );
  }
  if (cause instanceof z.ZodError) {
    const [claim = 'payload'] = cause.issues[0]?.path ?? [];
    return new AppError(
      'unauthenticated',
      `The token's claim ${String(claim)} does not have the right shape.`,
      options,
    );
  }
  if (cause instanceof errors.JOSEAlgNotAllowed) {
    return new AppError('unauthenticated', 'The token is not signed with the expected algorithm.', options);
  }
  if (cause instanceof errors.JWSSignatureVerificationFailed || cause instanceof errors.JWKSNoMatchingKey) {
    return new AppError('unauthenticated', 'The token is not signed with the expected key.', options);
  }
  if (cause instanceof errors.JWKSMultipleMatchingKeys) {
    return new AppError(
      'unauthenticated',
      'The token does not say (kid) with which of the keys it is signed.',
      options,
    );
  }
  const isTokensFault =
    cause instanceof errors.JWSInvalid ||
    cause instanceof errors.JWTInvalid ||
    cause instanceof errors.JOSENotSupported;
  if (isTokensFault) return new AppError('unauthenticated', 'This is not a token.', options);
  return new AppError(
    'unavailable',
    'The keys that tokens are verified with cannot be had at present.',
    options,
  );
}

/**
 * Signs a token for `actor`, as an application's own backend would.
 * @param ttlSeconds how long it is valid.
 */
export async function signToken(
  actor: Actor,
  ttlSeconds: number,
  secret: string,
  { issuer, audience }: Pick<TokenRules, 'issuer' | 'audience'>,
): Promise<string> {
  const { id, name } = Person.parse(actor);
  const jwt = new SignJWT({ name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setIssuedAt()
    .setExpirationTime(new Date(Date.now() + ttlSeconds * 1000));
  if (issuer !== undefined) jwt.setIssuer(issuer);
  if (audience !== undefined) jwt.setAudience(audience);
  return jwt.sign(secretKey(secret));
}

function secretKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret));
}
