import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, type JWTVerifyGetKey, SignJWT } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type Actor, Person, UserId } from '../domain/actor.ts';
import { AppError } from '../domain/errors.ts';
import { text } from '../domain/text.ts';
import { RememberedTokens } from './remembered-tokens.ts';
import { RemoteKeys } from './remote-keys.ts';
import { refusal } from './token-refusal.ts';
import type { Verified } from './verified.ts';

/** How tokens are verified: with one shared secret (HS256), or with the keys that a URL lists. */
export interface TokenRules {
  readonly key: { readonly secret: string } | { readonly jwksUrl: string };
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

/**
 * Verifies a token.
 * @throws unauthenticated, saying what is wrong with it; unavailable when the keys cannot be had
 */
export type VerifyToken = (token: string) => Promise<Verified>;

/** Where an application signs its users in itself, no token says who asks. */
export const noTokens: VerifyToken = () =>
  Promise.reject(
    new AppError('unauthenticated', "Users are signed in by the application, not by tokens of Carillon's."),
  );

/** Hears of what a verifier meets. */
export interface VerifierObserver {
  readonly log?: Pick<Logger, 'warn'>;
  /**
   * A token says that it was issued at a moment (Unix milliseconds) that is still to come. It is let in once that is
   * known for good.
   */
  readonly onEarlyToken?: (issuedAt: number) => Promise<void>;
}

/** What the verified tokens that are remembered may take of the memory: some 25,000 of them. */
const maxRememberedBytes = 8 * 1024 * 1024;
/** A longer one is nothing that we or a sane issuer made. */
const maxTokenCharacters = 8_192;

/** How far an issuer's clock may be ahead of ours. */
const maxSkewMs = 60_000;

/** The last second that is a date in JavaScript: with a later one neither a cookie nor a ticket could be made. */
const lastSecond = 8.64e12;

const Claims = z.object({
  sub: UserId,
  name: text(1, 200).optional(),
  // They may have fractions (RFC 7519, section 2); what is kept in milliseconds must be whole numbers.
  iat: z.number().transform(Math.floor).optional(),
  exp: z.number().max(lastSecond).transform(Math.floor),
});

/**
 * Makes a verifier that remembers what it verified until it expires, or until other keys are published: checking a
 * signature costs more than the rest of a request.
 */
export function createVerifier(
  rules: TokenRules,
  now: () => number,
  { log, onEarlyToken }: VerifierObserver = {},
): VerifyToken {
  const remembered = new RememberedTokens<Remembered>(maxRememberedBytes);
  const keys = keySourceOf(rules.key, now, log);
  const check = checkOf(rules, now);

  const verify = async (token: string, key: Key): Promise<Remembered> => {
    try {
      return { key, verified: await check(token, key) };
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const newest = await keys.newest();
      if (newest === key) throw error;
      return { key: newest, verified: await check(token, newest) };
    }
  };

  const recall = async (token: string): Promise<Remembered> => {
    const key = await keys.current();
    const known = remembered.get(token);
    if (known?.key === key) return known;
    assertOneSpelling(token);
    const recalled = await verify(token, key);
    const { issuedAt } = recalled.verified;
    if (issuedAt > now()) await onEarlyToken?.(issuedAt);
    remembered.set(token, recalled);
    return recalled;
  };

  return async (token) => {
    if (token.length > maxTokenCharacters) throw new AppError('unauthenticated', 'The token is too long.');
    try {
      const { verified } = await recall(token);
      if (verified.endsAt > now()) return verified;
      remembered.delete(token);
      throw new errors.JWTExpired('The token has expired.', {}, 'exp');
    } catch (error) {
      throw refusal(error);
    }
  };
}

/**
 * A decoder passes over white space, padding, and bits that nothing is made of (RFC 4648, section 3.5). So there are many
 * spellings of one token, and each would be remembered as a token of its own.
 */
function assertOneSpelling(token: string): void {
  const isOne = token
    .split('.')
    .every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
  if (!isOne) throw new errors.JWSInvalid('Not base64url as RFC 7515 writes it');
}

type Key = JWTVerifyGetKey | KeyObject;

interface Remembered {
  /** What it was verified with. */
  readonly key: Key;
  readonly verified: Verified;
}

function keySourceOf(
  key: TokenRules['key'],
  now: () => number,
  log: VerifierObserver['log'],
): { current(): Promise<Key>; newest(): Promise<Key> } {
  if ('jwksUrl' in key) return new RemoteKeys({ url: key.jwksUrl, now, log });
  const secret = Promise.resolve(secretKey(key.secret));
  return { current: () => secret, newest: () => secret };
}

function checkOf(
  { key: kind, issuer, audience }: TokenRules,
  now: () => number,
): (token: string, key: Key) => Promise<Verified> {
  const options = {
    // Only what the key is meant for: a public key must never serve as an HS256 secret.
    algorithms: 'secret' in kind ? ['HS256'] : ['RS256', 'ES256', 'EdDSA'],
    requiredClaims: ['sub', 'exp'],
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  return async (token, key) => {
    const current = { ...options, currentDate: new Date(now()) };
    // The two kinds of key are two overloads of one function.
    const { payload } = await (typeof key === 'function'
      ? jwtVerify(token, key, current)
      : jwtVerify(token, key, current));
    const { sub, name, iat, exp } = Claims.parse(payload);
    const actor = { id: sub, name: name ?? sub };
    return { actor, issuedAt: issuedAt(iat, now()), endsAt: exp * 1000 };
  };
}

/**
 * A time that is still to come was not that of issuing (perhaps it is in milliseconds): believed, it would make a token
 * that no revocation ends.
 */
function issuedAt(iat: number | undefined, now: number): number {
  return iat === undefined || iat * 1000 > now + maxSkewMs ? 0 : Math.max(0, iat * 1000);
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
