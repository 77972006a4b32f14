import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { startServer } from '../support/server.ts';
import { exercise, inExpress, nest, plain, typed } from './application-programs.ts';
import { react, server, typed as typedClient, vue, worker } from './browser-programs.ts';
import { type Application, installedApplication } from './installed.ts';

/* What `npm pack` makes, installed into an empty application, as a user of the package has it. */

const limit = { timeout: 180_000 };
let application: Application;

beforeAll(async () => {
  application = await installedApplication([
    'express-4@npm:express@4',
    'express-5@npm:express@5',
    'compression@1',
    '@nestjs/common@12',
    '@nestjs/core@12',
    '@nestjs/platform-express@12',
    'reflect-metadata@0.2',
    'rxjs@7',
  ]);
}, 300_000);
afterAll(() => application.remove());

test.each([
  ['Express 4', 'express-4.js', inExpress(4), '/carillon/reports/'],
  ['Express 5', 'express-5.js', inExpress(5), '/carillon/reports/'],
  ['plain http', 'plain.js', plain, '/reports/'],
  ['NestJS', 'nest.js', nest, '/carillon/reports/'],
])('the package works in an application of %s', limit, async (_, file, program, location) => {
  application.write('exercise.js', exercise);
  application.write(file, program);
  const said = await application.run(process.execPath, file, `${file}.db`);
  expect(said.trim()).toMatch(new RegExp(`^On its way ${location}\\S* 200$`));
});

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('its types hold with module %s and moduleResolution %s', limit, async (module, resolution) => {
  application.write('typed.ts', typed);
  const options = `--strict --noEmit --exactOptionalPropertyTypes --target es2022 --lib es2022,dom --types node`;
  const kind = ['--module', module, '--moduleResolution', resolution];
  const args = [...options.split(' '), ...kind, '--ignoreConfig', 'typed.ts'];
  await application.run(resolve('node_modules/.bin/tsc'), ...args);
});

test('npx carillon knows its commands', limit, async () => {
  const { folder } = application;
  const token = await application.run(join(folder, 'node_modules/.bin/carillon'), 'token', 'ann');
  expect(token).toMatch(/^eyJ/);
  const wrong = application.run(join(folder, 'node_modules/.bin/carillon'), 'backup');
  await expect(wrong).rejects.toMatchObject({ code: 1, stderr: 'usage: npx carillon backup <new file>\n' });
});

test('publint finds nothing, and the sources stay at home', limit, async () => {
  const { folder } = application;
  const installed = join(folder, 'node_modules/carillon');
  const publint = resolve('node_modules/.bin/publint');
  expect(await application.run(publint, installed, '--strict', '--pack', 'false')).toContain('All good');
  expect(existsSync(join(installed, 'src'))).toBe(false);
});

test('on a server the bell can be imported, and makes nothing', limit, async () => {
  application.write('server.js', server);
  expect(await application.run(process.execPath, 'server.js')).toBe('function false\n');
});

test('what browsers load has types, in React and Vue for its tag as well', limit, async () => {
  for (const name of ['csstype', 'vue', '@vue']) {
    symlinkSync(resolve('node_modules', name), join(application.folder, 'node_modules', name));
  }
  application.write('client.ts', typedClient);
  application.write('react.tsx', react);
  application.write('vue.ts', vue);
  const options =
    '--strict --noEmit --exactOptionalPropertyTypes --module nodenext --target es2022 --lib es2022,dom --jsx react-jsx';
  const args = [...options.split(' '), '--ignoreConfig', 'client.ts', 'react.tsx', 'vue.ts'];
  await application.run(resolve('node_modules/.bin/tsc'), ...args);
});

test('the client library works in an application, and stays small', limit, async () => {
  const library = readFileSync(join(application.folder, 'node_modules/carillon/dist/browser/client.js'));
  expect(gzipSync(library, { level: 9 }).length).toBeLessThan(7_680);
  expect(library.toString()).not.toMatch(/\bfrom\s*"|\bimport\s*[("]/);

  const running = await startServer();
  const report = await addReport(running.store);
  await addComments(running.store, report.id, 2);
  application.write('worker.js', worker);
  // In a process of its own: the server is in this one.
  const said = await application.run(process.execPath, 'worker.js', running.url, await running.token('ann'));
  expect(said).toBe('2,1 {"unread":2,"unseen":2} function\n');
});
