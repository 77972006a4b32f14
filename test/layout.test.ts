import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** The rooms of the house that each room may import from, besides itself. */
const mayImport: Record<string, readonly string[]> = {
  domain: [],
  store: ['domain'],
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

interface Import {
  readonly file: string;
  /** The room that the file is in, or its name for a file on the ground floor. */
  readonly room: string;
  /** A room, a file on the ground floor, or a package. */
  readonly target: string;
  readonly isPackage: boolean;
}

const files = globSync('src/**/*.ts');

const imports = files.flatMap((file): Import[] => {
  const specifiers = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\s[^;]*?from '([^']+)'|^import '([^']+)'/gm,
  );
  return Array.from(specifiers, ([, from, bare]) => {
    const specifier = from ?? bare ?? '';
    const isPackage = !specifier.startsWith('.');
    const target = isPackage ? packageOf(specifier) : roomOf(normalize(join(dirname(file), specifier)));
    return { file, room: roomOf(file), target, isPackage };
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
  expect(imports).toContainEqual({ file: 'src/app.ts', room: 'app.ts', target: 'express', isPackage: true });
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

test('nobody imports main.ts, and app.ts is imported only by what starts it', () => {
  expect(imports.filter(({ target }) => target === 'main.ts')).toEqual([]);
  expect(imports.filter(({ target }) => target === 'app.ts').map(({ file }) => file)).toEqual([
    'src/carillon.ts',
  ]);
});

test('config.ts alone reads the environment', () => {
  const readers = files.filter((file) => readFileSync(file, 'utf8').includes('process.env'));
  expect(readers).toEqual(['src/config.ts']);
});
