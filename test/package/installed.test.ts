import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { TestRedis } from '../support/redis.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { exercise, inExpress, nest, plain, typed } from './application-programs.ts';
import { react, server, typed as typedClient, vue, worker } from './browser-programs.ts';
import { type Application, installedApplication } from './installed.ts';
import { gatewayDependencies, startGateway } from './nest-gateway.ts';

/* What `npm pack` makes, installed into an empty application, as a user of the package has it. */

/** The oldest Node that the package is for, as a package of npm. */
const oldNode = `node-${process.platform}-${process.arch}`;

const limit = { timeout: 180_000 };
let application: Application;

beforeAll(async () => {
  application = await installedApplication([
    'express-4@npm:express@4',
    'express-5@npm:express@5',
    'compression@1',
    `${oldNode}@22`,
    ...gatewayDependencies(),
  ]);
}, 300_000);
afterAll(() => application.remove());

const programs = [
  { name: 'Express 4', file: 'express-4.js', program: inExpress(4), location: '/carillon/reports/' },
  { name: 'Express 5', file: 'express-5.js', program: inExpress(5), location: '/carillon/reports/' },
  { name: 'plain http', file: 'plain.js', program: plain, location: '/reports/' },
  { name: 'NestJS', file: 'nest.js', program: nest, location: '/carillon/reports/' },
] as const;

test.each(['22', '26'])('the package works in applications on Node %s', limit, async (version) => {
  const node =
    version === '22' ? join(application.folder, `node_modules/${oldNode}/bin/node`) : process.execPath;
  expect(await application.run(node, '--version')).toMatch(new RegExp(`^v${version}\\.`));
  application.write('exercise.js', exercise);
  for (const { name, file, program, location } of programs) {
    application.write(file, program);
    const said = await application.run(node, file, `${file}.${version}.db`);
    expect(said.trim(), name).toMatch(new RegExp(`^On its way ${location}\\S* 200$`));
  }
});

test('npx carillon starts on Node 22', limit, async () => {
  const { folder } = application;
  const node = join(folder, `node_modules/${oldNode}/bin/node`);
  const server = spawn(node, [join(folder, 'node_modules/carillon/dist/commands/main.js'), 'start'], {
    cwd: folder,
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', DATABASE_URL: `file:${join(folder, 'start.db')}` },
  });
  let said = '';
  for (const output of [server.stdout, server.stderr])
    output.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = once(server, 'exit');
  try {
    await until(
      () => `the server to listen; it said ${said}`,
      () => /127\.0\.0\.1:\d{2,}/.test(said),
    );
    const [address = ''] = /127\.0\.0\.1:\d{2,}/.exec(said) ?? [];
    expect((await fetch(`http://${address}/healthz`)).status).toBe(200);
    // What browsers load is in the package, ready to go out.
    for (const file of ['carillon-bell.js', 'docs', 'docs/page.js', 'docs/swagger-ui-bundle.js'])
      expect([file, (await fetch(`http://${address}/${file}`)).status]).toEqual([file, 200]);
  } finally {
    server.kill('SIGTERM');
  }
  expect(await ended).toEqual([0, null]);
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

test(
  "the blog's gateway: two tabs, its session says who it is, and who was away gets what was missed",
  limit,
  async () => {
    const database = join(application.folder, 'gateway.db');
    const redis = await TestRedis.run();
    const gateway = await startGateway(application, {
      DATABASE_URL: `file:${database}`,
      REDIS_URL: redis.url,
    });
    const [ann, bob] = [await gateway.signIn('ann'), await gateway.signIn('bob')];
    const { id: reportId } = await gateway.ask(ann, 'POST', '/carillon/reports', { title: 'Reading list' });
    const comment = (body: string) =>
      gateway.ask(bob, 'POST', `/carillon/reports/${reportId}/comments`, { body });
    const heardBy = async (cookie: string | undefined, userConnect: object) => {
      const socket = gateway.open(cookie);
      const heard: any[] = [];
      socket.on('notification', (one) => heard.push(one));
      const answer = await socket.emitWithAck('userConnect', userConnect);
      return { socket, heard, answer };
    };

    const [first, second] = [await heardBy(ann, { userId: 'ann' }), await heardBy(ann, { userId: 'ann' })];
    expect(first.answer).toBe('webSocket Connected');
    // Who claims to be ann and is not.
    const [liar, nobody] = [
      await heardBy(bob, { userId: 'ann' }),
      await heardBy(undefined, { userId: 'ann' }),
    ];
    expect(nobody.answer).toBe('Sign in first');
    await comment('1');
    await until('both tabs', () => first.heard.length === 1 && second.heard.length === 1);
    expect(first.heard[0]).toMatchObject({ senderId: 'bob', reportId, type: 'NEW_COMMENT_ON_REPORT' });

    first.socket.disconnect();
    await comment('2');
    await until('the other tab', () => second.heard.length === 2);
    await comment('3');
    const again = await heardBy(ann, { userId: 'ann', lastId: first.heard[0].id });
    await until('what was missed', () => again.heard.length === 2);
    expect(again.heard).toEqual(second.heard.slice(1));
    expect([first.heard.length, liar.heard.length, nobody.heard.length]).toEqual([1, 0, 0]);

    await gateway.ask(ann, 'POST', '/logout');
    await until('its sockets to be cut', () => !again.socket.connected && !second.socket.connected);
    expect(await gateway.stop()).toBe('SIGTERM');
  },
);
