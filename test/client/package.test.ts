import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addComments, addReport } from '../support/comments.ts';
import { startServer } from '../support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-package-'));
const installed = join(folder, 'node_modules/carillon');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An application, in `folder`, that has installed what `npm pack` makes. */
beforeAll(() => {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' });
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('[\n'))) as [{ filename: string }];
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);
  mkdirSync(join(folder, 'node_modules'));
  cpSync(join(folder, 'package'), installed, { recursive: true });
  // What npm would fetch along with it, and what an application with a framework has.
  for (const name of ['zod', '@types', 'csstype', 'vue', '@vue']) {
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
}, 180_000);

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

/** Server-side rendering imports what a page imports. */
const server = `
  import { CarillonBell } from 'carillon/bell';
  import 'carillon/bell/react';
  import 'carillon/bell/vue';
  console.log(typeof CarillonBell, 'customElements' in globalThis);
`;

const react = `
  import { connect } from 'carillon/client';
  import { type CarillonBell } from 'carillon/bell/react';
  import { createRef } from 'react';
  const ref = createRef<CarillonBell>();
  export const header = (
    <header>
      <carillon-bell ref={ref} src="https://notify.example.com" badge="dot" theme="dark" page-size={10} className="bell"
        href="/reports/{report.id}" href-new-comment-on-report="/r/{report.id}"
        token={async () => 'x'} client={connect({ url: '' })} messages={{ title: 'Inbox' }}
        oncarillon-open={(event) => event.detail.notification.report.title}
        oncarillon-counts={({ detail }) => detail.unseen + 1} />
      {/* @ts-expect-error There is no such badge. */}
      <carillon-bell badge="loud" />
      {/* @ts-expect-error No token is a number. */}
      <carillon-bell token={7} />
    </header>
  );
  ref.current?.open();
`;

const vue = `
  import 'carillon/bell/vue';
  import type { GlobalComponents } from 'vue';
  type Props = InstanceType<GlobalComponents['carillon-bell']>['$props'];
  export const right: Props = {
    src: 'https://notify.example.com', badge: 'unread', 'href-new-comment-on-report': '/', class: 'bell', key: 1,
    getTicket: () => 'x',
    onCarillonOpen: (event) => event.detail.href,
    onCarillonState: ({ detail }) => detail.status,
  };
  // @ts-expect-error There is no such badge.
  export const wrong: Props = { badge: 'loud' };
`;

test('on a server the bell can be imported, and makes nothing', () => {
  writeFileSync(join(folder, 'server.js'), server);
  const said = execFileSync(process.execPath, ['server.js'], { cwd: folder, encoding: 'utf8' });
  expect(said).toBe('function false\n');
});

test('the package has types, in React and Vue for its tag as well', { timeout: 180_000 }, () => {
  writeFileSync(join(folder, 'typed.ts'), typed);
  writeFileSync(join(folder, 'react.tsx'), react);
  writeFileSync(join(folder, 'vue.ts'), vue);
  const options =
    '--strict --noEmit --exactOptionalPropertyTypes --module nodenext --target es2022 --lib es2022,dom --jsx react-jsx';
  const args = [...options.split(' '), '--ignoreConfig', 'typed.ts', 'react.tsx', 'vue.ts'];
  execFileSync(resolve('node_modules/.bin/tsc'), args, { cwd: folder, encoding: 'utf8' });
});

test('the package that npm packs works in an application, and stays small', async () => {
  const library = readFileSync(join(installed, 'dist/browser/client.js'));
  expect(gzipSync(library, { level: 9 }).length).toBeLessThan(6_000);
  expect(library.toString()).not.toMatch(/\bfrom\s*"|\bimport\s*[("]/);

  const server = await startServer();
  const report = await addReport(server.store);
  await addComments(server.store, report.id, 2);
  writeFileSync(join(folder, 'worker.js'), worker);
  const args = ['worker.js', server.url, await server.token('ann')];
  // In a process of its own, and not synchronously: the server is in this one.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  expect(stdout).toBe('2,1 {"unread":2,"unseen":2} function\n');
});
