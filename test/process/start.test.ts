import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { decodeJwt } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { damage } from '../store/damage.ts';
import { environmentFor, temporaryFolder } from '../support/server.ts';
import { spawnMain, spawnServer } from '../support/process.ts';
import { until } from '../support/wait.ts';

const run = promisify(execFile);

/** Starts a server that must not start. @returns what it printed */
async function startInVain(environment: Record<string, string>): Promise<string> {
  const { output, exited } = spawnMain(environment);
  expect(await exited).toBe(1);
  return output();
}

test('the two curl lines that a first start prints work as they are', async () => {
  const folder = temporaryFolder();
  const server = await spawnServer(folder, { JWT_SECRET: '' });
  await until('the curl lines', () => server.output().includes('/comments\n'));
  const [follow = '', comment = ''] = server.output().match(/curl .*/g) ?? [];
  expect(follow).toContain('curl -N');
  expect(server.output()).toContain(`See it at work: ${server.url}/\n`);

  const stream = spawnShell(`exec ${follow}`);
  await until('sync', () => stream.text().includes('event: sync'));
  const { stdout } = await run('bash', ['-c', `${comment} --silent`]);
  expect(JSON.parse(stdout)).toMatchObject({ author: { id: 'bob' }, body: 'Loved chapter two.' });
  await until('the notification', () => stream.text().includes('event: notification\n'));

  // The secret was made once and is nobody else's; the report as well.
  expect(statSync(join(folder, 'jwt-secret')).mode & 0o777).toBe(0o600);
  server.child.kill('SIGTERM');
  await server.exited;
  const again = await spawnServer(folder, { JWT_SECRET: '' });
  await until('the curl lines', () => again.output().includes('/comments\n'));
  const { stdout: second } = await run('bash', ['-c', `${comment.replace(server.url, again.url)} --silent`]);
  expect(JSON.parse(second)).toMatchObject({ body: 'Loved chapter two.' });
  const reportIn = (output: string) => /reports\/[^/]*/.exec(output)?.[0];
  expect(reportIn(again.output())).toBe(reportIn(server.output()));
});

test('in production nothing is made and no token is printed', async () => {
  const folder = temporaryFolder();
  const server = await spawnServer(folder, { NODE_ENV: 'production' });
  server.child.kill('SIGTERM');
  await server.exited;
  expect(server.output()).not.toContain('Bearer');
  expect(existsSync(join(folder, 'jwt-secret'))).toBe(false);
  const database = new Database(join(folder, 'carillon.db'));
  expect(database.prepare('SELECT count(*) AS reports FROM reports').get()).toEqual({ reports: 0 });
  database.close();

  const output = await startInVain(environmentFor(folder, { NODE_ENV: 'production', JWT_SECRET: '' }));
  expect(output).toMatch(/^carillon: JWT_SECRET is not set; expected .*\n$/);
});

test('npm run token prints a token that the server takes', async () => {
  const folder = temporaryFolder();
  const environment = { ...process.env, ...environmentFor(folder), JWT_ISSUER: 'https://id.example.com' };
  const args = ['scripts/token.ts', 'ann', '--name', 'Ann Lee', '--ttl', '2h'];
  const { stdout } = await run(process.execPath, args, { env: environment });
  const { sub, name, iss, exp = 0, iat = 0 } = decodeJwt(stdout.trim());
  expect({ sub, name, iss, ttl: exp - iat }).toEqual({
    sub: 'ann',
    name: 'Ann Lee',
    iss: 'https://id.example.com',
    ttl: 7200,
  });
  const server = await spawnServer(folder, { JWT_ISSUER: 'https://id.example.com' });
  const headers = { authorization: `Bearer ${stdout.trim()}` };
  expect((await fetch(`${server.url}/notifications/counts`, { headers })).status).toBe(200);

  for (const wrong of [[], ['a b'], ['ann', '--ttl', '5x'], ['ann', 'bob'], ['ann', '--role', 'x']]) {
    const failed = run(process.execPath, ['scripts/token.ts', ...wrong], { env: environment });
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('usage: ') });
  }
});

test('a port that is taken is one clear line', async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const output = await startInVain(environmentFor(temporaryFolder(), { PORT: port, LOG_LEVEL: 'silent' }));
  expect(output).toMatch(
    new RegExp(`^carillon: HOST and PORT name 127\\.0\\.0\\.1:${port}, .*EADDRINUSE.*\\n$`),
  );
});

test('a second process on the same file is one clear line, and the first goes on', async () => {
  const folder = temporaryFolder();
  const server = await spawnServer(folder);
  const output = await startInVain(environmentFor(folder));
  expect(output).toMatch(
    /^carillon: DATABASE_URL names .*, which another Carillon process serves already\. .*\n$/,
  );
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);

  // Killed, it leaves no lock behind.
  server.child.kill('SIGKILL');
  await server.exited;
  await spawnServer(folder);
});

test('a file that is not SQLite and a folder that is none are one clear line each', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'carillon.db'),
    'This is a text, and quite long enough to be taken for a database header. '.repeat(20),
  );
  expect(await startInVain(environmentFor(folder))).toMatch(
    /^carillon: DATABASE_URL names .*, which is not a SQLite database\.\n$/,
  );
  const below = { DATABASE_URL: `file:${join(folder, 'carillon.db', 'below', 'a.db')}` };
  expect(await startInVain(environmentFor(folder, below))).toMatch(
    /^carillon: DATABASE_URL names .*, whose folder cannot be used: .*\n$/,
  );
});

test('a wrong value is one line that names the variable, what it holds, and what is expected', async () => {
  const output = await startInVain(environmentFor(temporaryFolder(), { HEARTBEAT_SECONDS: 'soon' }));
  expect(output).toBe(
    'carillon: HEARTBEAT_SECONDS holds "soon"; expected a whole number of seconds from 1 to 3600.\n',
  );
});

test.each([
  ['20.20.2', 1],
  ['22.17.1', 1],
  ['22.18.0', 0],
  ['26.0.0', 0],
])('npm start on Node %s ends with %i, and says which Node is needed if it is too old', (version, code) => {
  const pretended = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
  const args = [
    '--import',
    `data:text/javascript,${encodeURIComponent(pretended)}`,
    'scripts/check-node.mjs',
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(code);
  const line = `carillon: Node 22.18 or newer is needed, and this is Node ${version}.`;
  expect(stderr.startsWith(line)).toBe(code === 1);
});

test('npm start looks at its Node first', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  expect(scripts['start']).toMatch(/^node scripts\/check-node\.mjs && /);
});

test('a database that fails while the server starts ends it cleanly, with 1', async () => {
  const folder = temporaryFolder();
  const first = await spawnServer(folder);
  first.child.kill('SIGTERM');
  await first.exited;
  // The first pruning reads this index, at once.
  damage(join(folder, 'carillon.db'), 'tickets_ends_at');
  const { output, exited } = spawnMain(environmentFor(folder));
  expect(await exited).toBe(1);
  expect(output()).toContain('the database has failed');
  expect(output()).toContain('"stopped"');
  expect(output()).not.toContain('ReferenceError');
});

function spawnShell(command: string): { text: () => string } {
  let text = '';
  const child = execFile('bash', ['-c', command]);
  child.stdout?.on('data', (part: string) => (text += part));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { text: () => text };
}
