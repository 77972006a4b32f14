import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { createExample } from '../../examples/express/app.ts';
import { ticketRoute } from '../../examples/next/ticket-route.ts';
import { startApplication } from '../browser/application.ts';
import { clientBundle } from '../browser/client-page.ts';
import { openPage } from '../support/chromium.ts';
import { addComments, addReport } from '../support/comments.ts';
import { spawnMain } from '../support/process.ts';
import { ask, secret, startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

test('the Express application signs ann in, and shows what arrives and what she reads', async () => {
  const web = createServer();
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  onTestFinished(() => {
    web.close();
    web.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  const server = await startServer({ environment: { ALLOWED_ORIGINS: origin } });
  const { id } = await addReport(server.store);
  await addComments(server.store, id, 1);
  const example = createExample({ carillonUrl: server.url, secret });
  const library = await clientBundle();
  example.get('/carillon-client.js', (_req, res) => void res.type('js').send(library));
  web.on('request', example);

  const page = await openPage();
  await page.goto(origin);
  await page.locator('#state', { hasText: 'signedOut' }).waitFor();
  await page.locator('#login').click();
  await page.locator('#state', { hasText: 'live' }).waitFor();
  await addComments(server.store, id, 1);
  await page.locator('#unread', { hasText: '2' }).waitFor();
  expect(await page.locator('#list li').allTextContents()).toEqual(['Bob: 1', 'Bob: 1']);
  await page.locator('#list li').first().click();
  await page.locator('#unread', { hasText: '1' }).waitFor();
});

test('the Next-style page counts what is unread, with tickets that its server mints', async () => {
  const application = await startApplication();
  const origin = `http://localhost:${application.port}`;
  const server = await startServer({ environment: { ALLOWED_ORIGINS: origin } });
  const { id } = await addReport(server.store);
  await addComments(server.store, id, 3);
  let user: { id: string; name: string } | undefined = { id: 'ann', name: 'Ann' };
  const route = ticketRoute({ carillonUrl: server.url, secret, userOf: () => user });
  application.pages.set('/api/carillon-ticket', async (res) => {
    const answer = await route(new Request('http://localhost/api/carillon-ticket', { method: 'POST' }));
    res.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  const { outputFiles } = await build({
    entryPoints: ['examples/next/unread-badge.ts'],
    bundle: true,
    format: 'esm',
    write: false,
  });
  application.pages.set('/badge.js', outputFiles[0]?.text ?? '');
  application.pages.set(
    '/',
    `<!doctype html><b id="unread"></b><script type="module">
      import { followUnread } from './badge.js';
      followUnread('${server.url}', 'ann', (unread) => (document.querySelector('#unread').textContent = unread));
    </script>`,
  );

  const page = await openPage();
  await page.goto(origin);
  await page.locator('#unread', { hasText: '3' }).waitFor();
  await addComments(server.store, id, 1);
  await page.locator('#unread', { hasText: '4' }).waitFor();
  user = undefined;
  const answer = await route(new Request('http://localhost/', { method: 'POST' }));
  expect(answer.status).toBe(401);
});

test('after a revocation both examples sign the user in again', async () => {
  const operatorToken = 'an-operator-token-that-is-only-for-tests';
  const server = await startServer({ environment: { OPERATOR_TOKEN: operatorToken } });
  const headers = { authorization: `Bearer ${operatorToken}` };
  expect((await ask(`${server.url}/users/ann/revoke`, 'POST', undefined, headers)).status).toBe(204);

  const web = createServer(createExample({ carillonUrl: server.url, secret })).listen(0, '127.0.0.1');
  onTestFinished(() => void web.close());
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  expect((await ask(`http://127.0.0.1:${port}/login/ann`, 'POST')).status).toBe(204);

  const user = { id: 'ann', name: 'Ann' };
  const route = ticketRoute({ carillonUrl: server.url, secret, userOf: () => user });
  expect((await route(new Request('http://localhost/', { method: 'POST' }))).status).toBe(200);
});

test('the worker reacts to each notification, once, and ends when it is told', async () => {
  const server = await startServer();
  const { id } = await addReport(server.store);
  const { child, output, exited } = spawnMain(
    { CARILLON_URL: server.url, CARILLON_TOKEN: await server.token('ann') },
    [process.execPath, 'examples/worker/worker.ts'],
  );
  await until('it to be live', () => output().includes('live'));
  await addComments(server.store, id, 2);
  await until('both', () => output().includes(': 2'));
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(output().match(/Bob: Reading list: \d/g)).toEqual(['Bob: Reading list: 1', 'Bob: Reading list: 2']);
});

test('the worker ends with 1 when its token is refused', async () => {
  const server = await startServer();
  const { exited } = spawnMain({ CARILLON_URL: server.url, CARILLON_TOKEN: 'nonsense' }, [
    process.execPath,
    'examples/worker/worker.ts',
  ]);
  expect(await exited).toBe(1);
});
