import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { type RequestHandler, Router } from 'express';
import { AppError } from '../../domain/errors.ts';
import { assetRoute } from '../asset-route.ts';
import { asWritten, bundled, sendAsset } from '../asset.ts';
import { notAllowed } from '../problem.ts';

/**
 * The bell for any page: `/carillon-bell.js`, which is always the present one, and `/carillon-bell.<hash>.js`, which
 * never changes and is there as long as it is the present one. What it says in a language other than English it fetches
 * from `/carillon-bell/<language>.json`.
 */
export function bellRoutes(): Router {
  const bell = bundled('bell.js');

  const languages = languageFiles();

  // What everybody may have: it says nothing about anybody.
  const forEverybody: RequestHandler = (_req, res, next) => {
    res.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    next();
  };

  const router = Router({ caseSensitive: true });
  assetRoute(router, '/carillon-bell.js', 'text/javascript', bell, forEverybody);
  router
    .route(/^\/carillon-bell\.([0-9a-f]{16})\.js$/)
    .get(forEverybody, async (req, res) => {
      const asset = await bell();
      if (req.params[0] !== asset.hash) {
        throw new AppError('not_found', `The bell is another one by now: /carillon-bell.${asset.hash}.js.`);
      }
      sendAsset(req, res, asset, 'text/javascript', true);
    })
    .all(notAllowed('GET', 'HEAD'));
  router
    .route(/^\/carillon-bell\/([A-Za-z-]+)\.json$/)
    .get(forEverybody, async (req, res) => {
      const texts = languages.get(req.params[0] ?? '');
      if (texts === undefined) {
        throw new AppError('not_found', `The bell has texts of ${[...languages.keys()].join(', ')}.`);
      }
      sendAsset(req, res, await texts(), 'application/json');
    })
    .all(notAllowed('GET', 'HEAD'));
  return router;
}

/** The texts of each language that has some, by its name. */
function languageFiles(): ReadonlyMap<string, ReturnType<typeof asWritten>> {
  const folder = 'client/bell/languages';
  const files = readdirSync(new URL(`../../${folder}`, import.meta.url));
  const texts = files.filter((file) => file.endsWith('.json'));
  return new Map(texts.map((file) => [basename(file, '.json'), asWritten(`${folder}/${file}`)]));
}
