import { type CookieOptions, type Request, Router } from 'express';
import { AppError } from '../../domain/errors.ts';
import { assertOrigin, sessionCookie, sessionCookiesOf, verifiedOf } from '../auth.ts';
import { noBody } from '../input.ts';
import type { RouteParts } from '../parts.ts';
import { notAllowed } from '../problem.ts';

/** Browsers drop a cookie that is larger than this, name and attributes included (RFC 6265bis, section 5.6). */
const maxCookieBytes = 4096 - 128;

/** Turns a bearer token into a cookie, for browsers, whose EventSource cannot send headers. */
export function sessionRoutes({ writing, allowedOrigins }: RouteParts): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/session')
    .post(...writing, (req, res) => {
      noBody(req);
      const { by, token, endsAt } = verifiedOf(req);
      if (by !== 'bearer' || token === undefined) {
        throw new AppError(
          'unauthenticated',
          'Expected the token in the header Authorization: Bearer <token>.',
          {
            headers: { 'WWW-Authenticate': 'Bearer' },
          },
        );
      }
      if (token.length > maxCookieBytes) {
        throw new AppError(
          'invalid_input',
          `The token is too long for a cookie: ${token.length} bytes, at most ${maxCookieBytes}.`,
        );
      }
      res.cookie(sessionCookie, token, { ...cookieOptions(req), expires: new Date(endsAt) });
      res.status(204).end();
    })
    .delete((req, res) => {
      // Whoever has an expired token must be able to get rid of it; another site must not do it for them.
      if (sessionCookiesOf(req).length > 0) assertOrigin(req, allowedOrigins);
      res.clearCookie(sessionCookie, cookieOptions(req));
      res.status(204).end();
    })
    .all(notAllowed('POST', 'DELETE'));
  return router;
}

function cookieOptions(req: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', secure: req.secure, path: req.baseUrl || '/' };
}
