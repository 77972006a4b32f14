import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What the Dockerfile copies out of the project into the image. */
export function copiedPaths(): string[] {
  const lines = readFileSync('Dockerfile', 'utf8').matchAll(/^COPY (?!--from)(.+) \S+$/gm);
  const paths = Array.from(lines, ([, sources = '']) => sources.split(' ')).flat();
  return [...new Set(paths)].filter((path) => path !== 'package-lock.json');
}

/** The packages that `npm ci --omit=dev` installs, by their folders; without those of other systems. */
export function productionFolders(): string[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([path, { dev, devOptional, optional }]) => path !== '' && !dev && !devOptional && !optional)
    .map(([path]) => path);
}

/** Lays out in `folder` what an installation has: the files that the image gets, and no package for development. */
export function layInstallation(folder: string): void {
  for (const path of copiedPaths()) cpSync(path, join(folder, path), { recursive: true });
  for (const path of productionFolders()) {
    // A package within another one comes along with that one.
    if (path.lastIndexOf('node_modules/') > 0) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(resolve(path), join(folder, path));
  }
}
