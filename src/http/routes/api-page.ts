import { Router } from 'express';
import { asWritten, bundled, fromPackage, sendAsset } from '../asset.ts';
import { notAllowed } from '../problem.ts';
import { apiPageHeaders } from '../security-headers.ts';

/** `/docs`: the HTTP contract for people, as Swagger UI shows `/openapi.json`. Everything that it loads is served here. */
export function apiPageRoutes(): Router {
  const page = asWritten('web/api-page.html');
  const files = [
    ['/docs/page.js', 'text/javascript', bundled('api-page.js')],
    ['/docs/swagger-ui-bundle.js', 'text/javascript', fromPackage('swagger-ui-dist/swagger-ui-bundle.js')],
    ['/docs/swagger-ui.css', 'text/css', fromPackage('swagger-ui-dist/swagger-ui.css')],
    ['/docs/index.css', 'text/css', fromPackage('swagger-ui-dist/index.css')],
    // The live page has one as well, but may be off.
    ['/docs/favicon.svg', 'image/svg+xml', asWritten('web/favicon.svg')],
  ] as const;

  const router = Router({ caseSensitive: true });
  router
    .route('/docs')
    .get(apiPageHeaders, async (req, res) => {
      // The links of the page are relative: behind a slash they would lead to `/docs/docs/…`.
      if (req.path.endsWith('/')) res.redirect(308, '../docs');
      else sendAsset(req, res, await page(), 'text/html');
    })
    .all(notAllowed('GET', 'HEAD'));
  for (const [path, type, asset] of files) {
    router
      .route(path)
      .get(async (req, res) => {
        sendAsset(req, res, await asset(), type);
      })
      .all(notAllowed('GET', 'HEAD'));
  }
  return router;
}
