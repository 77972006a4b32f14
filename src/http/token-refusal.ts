import { errors } from 'jose';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';

/** What a client is told about what kept its token from being verified. */
export function refusal(cause: unknown): AppError {
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
