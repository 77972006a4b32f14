import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readConfig, variableNames } from '../../src/config.ts';
import { spawnServer } from '../support/process.ts';
import { ask, secret, temporaryFolder } from '../support/server.ts';
import { copiedPaths, layInstallation, productionFolders } from './installed-files.ts';

const run = promisify(execFile);
const dockerfile = readFileSync('Dockerfile', 'utf8').replaceAll(/\\\n\s*/g, '');
const lineOf = (instruction: string) => new RegExp(`^${instruction} (.*)$`, 'm').exec(dockerfile)?.[1] ?? '';

test('the image runs as a user without privileges, by number, and has no npm', () => {
  expect(lineOf('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(dockerfile).toMatch(/^RUN rm -rf \S*\/node_modules \S*\/npm \S*\/npx /m);
  expect(lineOf('RUN npm')).toBe('ci --omit=dev --ignore-scripts --no-audit --no-fund');
});

test('the environment of the image is one that Carillon takes, and its data lie in the volume', () => {
  const variables = Object.fromEntries(
    Array.from(lineOf('ENV').matchAll(/(\w+)=(\S+)/g), ([, k, v]) => [k, v]),
  );
  const { NODE_ENV, ...own } = variables as Record<string, string>;
  expect(NODE_ENV).toBe('production');
  expect(Object.keys(own).filter((name) => !variableNames.includes(name))).toEqual([]);
  expect(readConfig({ ...variables, JWT_SECRET: secret }, 65_536)).toMatchObject({ isProduction: true });
  expect(own['DATABASE_URL']).toBe(`file:${lineOf('VOLUME')}/carillon.db`);
  expect(own['PORT']).toBe(lineOf('EXPOSE'));
});

test('.dockerignore lets through what the image copies, and the Node of the image is the one of the tests', () => {
  const allowed = readFileSync('.dockerignore', 'utf8').split('\n');
  expect(allowed).toContain('*');
  expect([...copiedPaths(), 'package-lock.json'].filter((path) => !allowed.includes(`!${path}`))).toEqual([]);
  const [, major] = /^FROM node:(\d+)-slim$/m.exec(dockerfile) ?? [];
  expect(major).toBe(process.versions.node.split('.')[0]);
});

test('what is copied is enough: the server runs, builds the bell, and is found healthy without a package for development', async () => {
  const folder = temporaryFolder();
  layInstallation(folder);
  expect(productionFolders()).toContain('node_modules/express');
  expect(productionFolders()).not.toContain('node_modules/vitest');
  const command = (line: string) => JSON.parse(line) as string[];
  const [, ...main] = command(lineOf('CMD')).map((word) => join(folder, word));
  const server = await spawnServer(temporaryFolder(), { NODE_ENV: 'production' }, [
    process.execPath,
    ...main,
  ]);
  expect((await ask(`${server.url}/reports`)).status).toBe(401);
  expect((await fetch(`${server.url}/carillon-bell.js`)).status).toBe(200);

  const [, ...check] = command(/^HEALTHCHECK .*CMD (.*)$/m.exec(dockerfile)?.[1] ?? '[]');
  const environment = { ...process.env, PORT: new URL(server.url).port, JWT_SECRET: secret };
  const healthy = await run(process.execPath, check, { cwd: folder, env: environment });
  expect(healthy.stdout).toContain('is ready');
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  const ended = run(process.execPath, check, { cwd: folder, env: environment });
  await expect(ended).rejects.toMatchObject({ code: 1 });
});

test('every module of the server finds what it imports among what is copied', async () => {
  const folder = temporaryFolder();
  layInstallation(folder);
  // Those of browsers need one, and those called main do something when they are loaded.
  const isLoaded = (path: string) => !/^src\/(?:client|web)\/|main\.ts$/.test(path);
  const modules = globSync('src/**/*.ts').filter(isLoaded);
  expect(modules.length).toBeGreaterThan(50);
  const script = `await Promise.all(${JSON.stringify(modules)}.map((path) => import('${folder}/' + path)))`;
  await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
  const token = await run(process.execPath, ['scripts/token.ts', 'ann'], {
    cwd: folder,
    env: { ...process.env, JWT_SECRET: secret },
  });
  expect(token.stdout).toMatch(/^eyJ/);
});
