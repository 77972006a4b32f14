import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import openapiTypeScript, { astToString } from 'openapi-typescript';
import { expect, onTestFinished, test } from 'vitest';
import { openApi } from '../../../src/http/openapi/document.ts';
import { addReport } from '../../support/comments.ts';
import { startServer } from '../../support/server.ts';

const run = promisify(execFile);

const program = `
  import createClient from 'openapi-fetch';
  import type { paths } from './api.ts';
  const [baseUrl = '', token = '', reportId = ''] = process.argv.slice(2);
  const client = createClient<paths>({ baseUrl, headers: { Authorization: \`Bearer \${token}\` } });
  const { data, error } = await client.POST('/reports/{reportId}/comments', {
    params: { path: { reportId } },
    body: { body: 'Loved chapter two.' },
  });
  if (error !== undefined) throw new Error(error.detail);
  const { author, body }: { author: { id: string }; body: string } = data;
  console.log(author.id, body);
  // @ts-expect-error There is no such field.
  void (() => client.POST('/reports', { body: { titel: 'x' } }));
`;

test('a client that is generated from the document compiles, and posts a comment', async () => {
  // Inside of the project, where packages are found.
  const folder = mkdtempSync(resolve('node_modules/.client-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const types = await openapiTypeScript(JSON.stringify(openApi('3.1.1')));
  writeFileSync(join(folder, 'api.ts'), astToString(types));
  writeFileSync(join(folder, 'client.ts'), program);
  const options =
    '--strict --noEmit --skipLibCheck --target es2024 --lib es2024,dom --types node --ignoreConfig';
  const kind = '--module nodenext --moduleResolution nodenext --allowImportingTsExtensions';
  await run(resolve('node_modules/.bin/tsc'), [...options.split(' '), ...kind.split(' '), 'client.ts'], {
    cwd: folder,
  }).catch((error: unknown) => expect.fail((error as { stdout: string }).stdout));

  const server = await startServer();
  const { id } = await addReport(server.store);
  const { build } = await import('esbuild');
  const outfile = join(folder, 'client.mjs');
  await build({
    entryPoints: [join(folder, 'client.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
  });
  const args = [outfile, server.url, await server.token('bob'), id];
  const { stdout } = await run(process.execPath, args);
  expect(stdout.trim()).toBe('bob Loved chapter two.');
});
