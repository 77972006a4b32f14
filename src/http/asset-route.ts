import type { RequestHandler, Router } from 'express';
import { type Asset, sendAsset } from './asset.ts';
import { notAllowed } from './problem.ts';

/** Serves a file for browsers at `path`, behind the handlers `before`. */
export function assetRoute(
  router: Router,
  path: string,
  type: string,
  asset: () => Promise<Asset>,
  ...before: readonly RequestHandler[]
): void {
  router
    .route(path)
    .get(...before, async (req, res) => {
      sendAsset(req, res, await asset(), type);
    })
    .all(notAllowed('GET', 'HEAD'));
}
