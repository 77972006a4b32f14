import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { startServer, temporaryFolder } from '../support/server.ts';

/** An application, in `folder`, that has installed what `npm pack` makes. */
function installPackage(folder: string): string {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' });
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('[\n'))) as [{ filename: string }];
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);
  mkdirSync(join(folder, 'node_modules'));
  cpSync(join(folder, 'package'), join(folder, 'node_modules/carillon'), { recursive: true });
  // What npm would fetch along with it.
  symlinkSync(resolve('node_modules/zod'), join(folder, 'node_modules/zod'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return join(folder, 'node_modules/carillon');
}

const worker = `
  import { connect, RequestError } from 'carillon/client';
  const client = connect({ url: process.argv[2], token: process.argv[3] });
  client.on('sync', () => client.list.load());
  client.on('list', ({ status, items }) => {
    if (status !== 'ready') return;
    console.log(items.map(({ comment }) => comment.excerpt).join(), JSON.stringify(client.counts), typeof RequestError);
    client.close();
  });
`;

const typed = `
  import { type Client, type ConnectionState, connect, type Notification } from 'carillon/client';
  const client: Client = connect({ url: 'https://notify.example.com', token: async () => 'x' });
  client.on('notification', ({ seq, notification, counts }) => {
    const title: string = notification.report.title;
    const all: [number, string, number] = [seq, title, counts.unread];
    void all;
  });
  const shown: readonly Notification[] = client.list.items;
  const says = (state: ConnectionState): number => {
    switch (state.status) {
      case 'live':
      case 'reconnecting':
      case 'offline':
        return state.since;
      case 'signedOut':
        return state.code;
      case 'connecting':
      case 'closed':
        return shown.length;
    }
  };
  // @ts-expect-error There is no such event.
  client.on('nothing', says);
`;

test('the package that npm packs works in an application, with its types, and stays small', async () => {
  const folder = temporaryFolder();
  const installed = installPackage(folder);

  const library = readFileSync(join(installed, 'dist/client.js'));
  expect(gzipSync(library, { level: 9 }).length).toBeLessThan(7_000);
  expect(library.toString()).not.toMatch(/\bfrom\s*"|\bimport\s*[("]/);

  const server = await startServer();
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 2);
  writeFileSync(join(folder, 'worker.js'), worker);
  const args = ['worker.js', server.url, await server.token('ann')];
  // In a process of its own, and not synchronously: the server is in this one.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  expect(stdout).toBe('2,1 {"unread":2,"unseen":2} function\n');

  writeFileSync(join(folder, 'typed.ts'), typed);
  const options = [
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
  ];
  execFileSync(resolve('node_modules/.bin/tsc'), [...options, '--ignoreConfig', 'typed.ts'], {
    cwd: folder,
    encoding: 'utf8',
  });
});
