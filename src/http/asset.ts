import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { AppError } from '../domain/errors.ts';
import { browserBuild, browserEntries, type BundleName, type swaggerFiles } from './browser-build.ts';

/** A file for browsers, as it goes out. */
export interface Asset {
  readonly bytes: Buffer;
  readonly gzipped: Buffer;
  /** Names exactly these bytes: 16 characters of `0-9a-f`. */
  readonly hash: string;
}

/** In the package everything is JavaScript. */
const isPackage = import.meta.url.endsWith('.js');

const squeeze = promisify(gzip);

/**
 * A script or style sheet for browsers. In the package it lies there bundled; in a clone it is bundled and minified from
 * its source when it is first asked for, so that there is no build to forget. A failed attempt is not kept.
 *
 * @param name of one of `browserEntries`.
 */
export function bundled(name: BundleName): () => Promise<Asset> {
  return once(async () =>
    assetOf(
      isPackage ? await readFile(pathOf(`browser/${name}`)) : await bundle(pathOf(browserEntries[name])),
    ),
  );
}

/** How many bundles are being made. */
let bundling = 0;

async function bundle(path: string): Promise<Buffer> {
  // Loaded here: a process whose bell nobody asks for does without it.
  const { build, stop } = await import('esbuild');
  bundling += 1;
  try {
    const { outputFiles } = await build({
      entryPoints: [path],
      write: false,
      ...browserBuild,
    });
    return Buffer.from(outputFiles[0]?.contents ?? []);
  } finally {
    bundling -= 1;
    // esbuild works in a process of its own, which would stay for ever, with 15 MB.
    if (bundling === 0) await stop();
  }
}

/** A file that goes out as it is. @param path relative to `src/`. */
export function asWritten(path: string): () => Promise<Asset> {
  return once(async () => assetOf(await readFile(pathOf(path))));
}

/**
 * A file of Swagger UI that goes out as it is. In the package it lies beside the bundles; in a clone it is that of the
 * development dependency.
 * @throws not_found where that was left out
 */
export function fromSwagger(name: (typeof swaggerFiles)[number]): () => Promise<Asset> {
  return once(async () => assetOf(await readFile(isPackage ? pathOf(`browser/${name}`) : installed(name))));
}

function installed(name: string): string {
  try {
    return fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`));
  } catch (cause) {
    const detail = 'Swagger UI is not installed here: run npm ci without --omit=dev, or use the package.';
    throw new AppError('not_found', detail, { cause });
  }
}

/**
 * Answers with `asset`, or with 304 where the browser has it.
 * @param isImmutable whether its URL names these very bytes, so that nobody need ask again.
 */
export function sendAsset(
  req: Request,
  res: Response,
  asset: Asset,
  type: string,
  isImmutable = false,
): void {
  res.set({
    'Content-Type': `${type}; charset=utf-8`,
    // Weak, because compressed or not it is the same to a browser.
    ETag: `W/"${asset.hash}"`,
    'Cache-Control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  res.vary('Accept-Encoding');
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  if (req.acceptsEncodings('gzip') === 'gzip') res.set('Content-Encoding', 'gzip').end(asset.gzipped);
  else res.end(asset.bytes);
}

function once(make: () => Promise<Asset>): () => Promise<Asset> {
  let made: Promise<Asset> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

async function assetOf(bytes: Buffer): Promise<Asset> {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return { bytes, gzipped: await squeeze(bytes, { level: 9 }), hash };
}

function pathOf(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
