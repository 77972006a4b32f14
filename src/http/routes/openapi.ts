import { Router } from 'express';
import { openApi } from '../openapi/document.ts';
import { notAllowed } from '../problem.ts';

/** The contract for machines: OpenAPI 3.2, and the same as 3.1 for tools that do not know 3.2. */
export function openApiRoutes(): Router {
  const router = Router({ caseSensitive: true });
  for (const [path, version] of [
    ['/openapi.json', '3.2.0'],
    ['/openapi-3.1.json', '3.1.1'],
  ] as const) {
    let text: string | undefined;
    router
      .route(path)
      .get((_req, res) => {
        // Made when it is first asked for: most processes never are.
        res.type('application/json').send((text ??= JSON.stringify(openApi(version))));
      })
      .all(notAllowed('GET', 'HEAD'));
  }
  return router;
}
