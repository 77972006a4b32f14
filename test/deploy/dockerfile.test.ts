import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signToken } from '../../src/http/token.ts';
import { freePort } from '../support/free-port.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { ask, secret } from '../support/server.ts';
import { startContainer } from './container.ts';
import { buildImage, type Image } from './image.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-image-'));
let image: Image;

// It fetches the packages, which a slow network may take its time for.
beforeAll(() => void (image = buildImage(folder)), 10 * 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the image has Node, the packages that run, and Carillon; nothing else', () => {
  const root = (path: string) => readdirSync(join(image.root, path)).sort();
  expect(root('usr/local/bin')).toEqual(['node']);
  expect(root('usr/local/lib')).toEqual([]);
  expect(root('app')).toEqual(['LICENSE', 'migrations', 'node_modules', 'package.json', 'scripts', 'src']);
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const isThere = (name: string) => existsSync(join(image.root, 'app/node_modules', name));
  expect(Object.keys(dependencies).filter((name) => !isThere(name))).toEqual([]);
  // drizzle-orm brings the types of better-sqlite3 and pg along.
  expect(Object.keys(devDependencies).filter((name) => isThere(name) && !name.startsWith('@types/'))).toEqual(
    [],
  );
});

test('it runs as a user without privileges, and writes nowhere but in its volume', async () => {
  expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  const port = String(await freePort());
  const container = await startContainer(image, { PORT: port, JWT_SECRET: secret });
  const { server, data } = container;
  const rules = { issuer: undefined, audience: undefined };
  const token = await signToken({ id: 'ann', name: 'Ann' }, 600, secret, rules);
  const url = `http://127.0.0.1:${port}`;
  const stream = openRawStream(url, { token });
  await stream.waitFor('sync');
  const headers = { authorization: `Bearer ${token}` };
  expect((await ask(`${url}/reports`, 'POST', { title: 'Reading list' }, headers)).status).toBe(201);
  expect(readdirSync(data)).toContain('carillon.db');
  // It is built of what is in the image, by a program that is in the image.
  expect((await fetch(`${url}/carillon-bell.js`)).status).toBe(200);
  expect(await container.execute(image.healthCheck)).toContain('is ready');

  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).not.toBe('0');
  for (const path of ['/x', '/tmp/x', '/app/x', '/app/src/main.ts']) {
    const write = container.execute(['node', '-e', `fs.writeFileSync('${path}', '')`]);
    await expect(write).rejects.toMatchObject({ stderr: expect.stringMatching(/EROFS|EACCES/) });
  }
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  await stream.waitForEnd();
  await expect(container.execute(image.healthCheck)).rejects.toMatchObject({ code: 1 });
});

test('every module of the server finds there what it imports', async () => {
  const container = await startContainer(image, { PORT: '0', JWT_SECRET: secret });
  // Those of browsers need one, and those called main do something when they are loaded.
  const isLoaded = (path: string) => !/^src\/(?:client|web)\/|main\.ts$/.test(path);
  const modules = globSync('src/**/*.ts').filter(isLoaded);
  expect(modules.length).toBeGreaterThan(50);
  const script = `await Promise.all(${JSON.stringify(modules)}.map((path) => import('/app/' + path)))`;
  await container.execute(['node', '--input-type=module', '-e', script]);
  expect(await container.execute(['node', 'scripts/token.ts', 'ann'])).toMatch(/^eyJ/);
});
