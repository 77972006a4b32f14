import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** The rooms of the house that each room may import from, besides itself. */
const mayImport: Record<string, readonly string[]> = {
  domain: [],
  'use-cases': ['domain'],
  store: ['domain', 'use-cases'],
  bus: ['domain'],
  stream: ['domain'],
  http: ['domain', 'stream'],
  client: ['domain'],
  web: ['domain', 'client'],
};

/** Packages that belong to one room; `app.ts` is where Express is put together. */
const belongsTo: Record<string, readonly string[]> = {
  'drizzle-orm': ['store'],
  'better-sqlite3': ['store'],
  pg: ['store'],
  '@redis/client': ['bus'],
  express: ['http', 'app.ts'],
};

/**
 * Imports that close a circle and stand there still, by the file that imports. Put what both files need into a third one,
 * and take the line out.
 */
const knownCircles: Record<string, readonly string[]> = {};

interface Import {
  readonly file: string;
  /** The room that the file is in, or its name for a file on the ground floor. */
  readonly room: string;
  /** A room, a file on the ground floor, or a package. */
  readonly target: string;
  /** The path of the imported file, or the specifier of what comes from a package. */
  readonly path: string;
  readonly isPackage: boolean;
}

const files = globSync('src/**/*.ts').map((file) => file.replaceAll('\\', '/'));

const imports = files.flatMap((file): Import[] => {
  const specifiers = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\s[^;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return Array.from(specifiers, ([, from, bare, later]) => {
    const specifier = from ?? bare ?? later ?? '';
    const isPackage = !specifier.startsWith('.');
    const path = isPackage ? specifier : normalize(join(dirname(file), specifier)).replaceAll('\\', '/');
    return {
      file,
      room: roomOf(file),
      target: isPackage ? packageOf(specifier) : roomOf(path),
      path,
      isPackage,
    };
  });
});

function roomOf(file: string): string {
  return file.split('/')[1] ?? file;
}

function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}

test('the imports were found at all', () => {
  expect(imports.length).toBeGreaterThan(100);
  const express = { file: 'src/app.ts', room: 'app.ts', target: 'express', path: 'express', isPackage: true };
  expect(imports).toContainEqual(express);
});

test('each room imports only from itself and from where it may', () => {
  const wrong = imports.filter(({ room, target, isPackage }) => {
    const allowed = mayImport[room];
    return !isPackage && allowed !== undefined && target !== room && !allowed.includes(target);
  });
  expect(wrong).toEqual([]);
});

test('the domain knows nothing but zod', () => {
  const wrong = imports.filter(
    ({ room, target, isPackage }) => room === 'domain' && isPackage && target !== 'zod',
  );
  expect(wrong).toEqual([]);
});

test('databases, the bus, and Express stay in their rooms', () => {
  const wrong = imports.filter(
    ({ room, target, isPackage }) => isPackage && !(belongsTo[target] ?? [room]).includes(room),
  );
  expect(wrong).toEqual([]);
});

test('main.ts is imported only by the command that starts it, and app.ts is imported only by what starts it', () => {
  const starters = imports.filter(({ target }) => target === 'main.ts').map(({ file }) => file);
  expect(starters).toEqual(['src/commands/main.ts']);
  expect(imports.filter(({ target }) => target === 'app.ts').map(({ file }) => file)).toEqual([
    'src/carillon.ts',
  ]);
});

test('config.ts alone reads the environment', () => {
  const readers = files.filter((file) => readFileSync(file, 'utf8').includes('process.env'));
  expect(readers).toEqual(['src/config.ts']);
});

test('no file imports itself by way of others, not even for types', () => {
  const isKnown = ({ file, path }: Import) => knownCircles[file]?.includes(path) === true;
  const circles = circlesIn(imports.filter((one) => !one.isPackage && !isKnown(one)));
  expect(circles).toEqual([]);
});

test('each circle that is known is still there', () => {
  const known = Object.entries(knownCircles).flatMap(([file, paths]) =>
    paths.map((path) => ({ file, path })),
  );
  for (const { file, path } of known) {
    const circle = circlesIn(imports.filter(({ isPackage }) => !isPackage)).find((one) => one.includes(file));
    expect(circle, `${file} → ${path}: take this line out of knownCircles`).toContain(path);
  }
});

/** Sets of files of which each reaches each other one by its imports. */
function circlesIn(some: readonly Pick<Import, 'file' | 'path'>[]): string[][] {
  const next = Map.groupBy(some, ({ file }) => file);
  const reached = new Map([...next.keys()].map((file) => [file, reachedFrom(file, next)]));
  const inCircles = [...next.keys()].filter((file) => reached.get(file)?.has(file) === true);
  const circles = Map.groupBy(inCircles, (file) =>
    inCircles
      .filter((other) => reached.get(file)?.has(other) === true && reached.get(other)?.has(file) === true)
      .join(' '),
  );
  return [...circles.values()];
}

function reachedFrom(start: string, next: ReadonlyMap<string, readonly Pick<Import, 'path'>[]>): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const { path } of next.get(file) ?? []) {
      if (reached.has(path)) continue;
      reached.add(path);
      open.push(path);
    }
  }
  return reached;
}
