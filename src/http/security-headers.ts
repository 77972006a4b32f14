import type { RequestHandler } from 'express';

/*
 * The headers that helmet would set, and that nothing is stored, as data: they are the same for every answer, and a dozen functions for each would
 * be felt by a comment. test/http/security-headers.test.ts compares them with helmet's.
 */

/** For an API: nothing that it answers is a page, so a browser must not treat it as one. */
const headers = new Map([
  // An answer is one user's own.
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none';frame-ancestors 'none'"],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Origin-Agent-Cluster', '?1'],
  ['Referrer-Policy', 'no-referrer'],
  ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-DNS-Prefetch-Control', 'off'],
  ['X-Download-Options', 'noopen'],
  ['X-Frame-Options', 'DENY'],
  ['X-Permitted-Cross-Domain-Policies', 'none'],
  ['X-XSS-Protection', '0'],
]);

/**
 * What a page may do: run its own script and talk to its own server. The live page writes what strangers wrote, so
 * nothing that looks like markup may ever become some.
 */
const pagePolicy = (images: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${images}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join(';');

/** Sets the headers of every answer. */
export const securityHeaders: RequestHandler = (_req, res, next) => {
  res.setHeaders(headers);
  next();
};

/** Sets, behind `securityHeaders`, what a page needs in place of it. */
export const pageHeaders = withPolicy(pagePolicy("'self'"));

/** The same for `/docs`: the style sheet of Swagger UI has its icons in it, as `data:`. It needs nothing else. */
export const apiPageHeaders = withPolicy(pagePolicy("'self' data:"));

function withPolicy(policy: string): RequestHandler {
  return (_req, res, next) => {
    res.setHeader('Content-Security-Policy', policy);
    next();
  };
}
