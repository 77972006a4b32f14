import { type RequestHandler, Router } from 'express';
import { assetRoute } from '../asset-route.ts';
import { asWritten, bundled, fromSwagger } from '../asset.ts';
import { apiPageHeaders } from '../security-headers.ts';

/** `/docs`: the HTTP contract for people, as Swagger UI shows `/openapi.json`. Everything that it loads is served here. */
export function apiPageRoutes(): Router {
  const swagger = fromSwagger('swagger-ui-bundle.js');
  const written = asWritten('web/api-page.html');
  const page = async () => {
    await swagger(); // Where it is missing, the page says so instead of staying empty.
    return written();
  };

  const router = Router({ caseSensitive: true });
  assetRoute(router, '/docs', 'text/html', page, apiPageHeaders, withoutSlash);
  assetRoute(router, '/docs/page.js', 'text/javascript', bundled('api-page.js'));
  assetRoute(router, '/docs/swagger-ui-bundle.js', 'text/javascript', swagger);
  assetRoute(router, '/docs/swagger-ui.css', 'text/css', fromSwagger('swagger-ui.css'));
  assetRoute(router, '/docs/index.css', 'text/css', fromSwagger('index.css'));
  // The live page has one as well, but may be off.
  assetRoute(router, '/docs/favicon.svg', 'image/svg+xml', asWritten('web/favicon.svg'));
  return router;
}

/** The links of the page are relative: behind a slash they would lead to `/docs/docs/…`. */
const withoutSlash: RequestHandler = (req, res, next) => {
  if (req.path.endsWith('/')) res.redirect(308, '../docs');
  else next();
};
