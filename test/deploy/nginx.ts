import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { pathOf } from '../support/needs.ts';
import { temporaryFolder } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { certificate } from './certificate.ts';
import { fill, type ProxyKind, untilListening } from './proxy.ts';

/** nginx with deploy/nginx, in which only paths and ports are replaced. */
export const nginx: ProxyKind = {
  name: 'nginx',
  isPatient: false,
  logsRequests: true,
  async start(ports, wrong = {}) {
    const folder = temporaryFolder();
    const [port, plainPort] = [await freePort(), await freePort()];
    mkdirSync(join(folder, 'log'));
    const log = () => read(join(folder, 'log/error.log')) + read(join(folder, 'log/carillon.log'));
    writeConfiguration(folder, port, plainPort, wrong);
    writeProcesses(folder, ports);
    const args = ['-c', join(folder, 'nginx.conf'), '-p', folder];
    const child = spawn(pathOf('nginx'), [...args, '-g', 'daemon off;'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
    // Its workers would outlive a SIGKILL.
    onTestFinished(() => void child.kill('SIGTERM'));
    await untilListening(port, child, () => errors + log());
    return {
      url: `https://localhost:${port}`,
      plainUrl: `http://localhost:${plainPort}`,
      log,
      async reload(newPorts) {
        writeProcesses(folder, newPorts);
        await reloaded(child.pid, () =>
          execFileSync(pathOf('nginx'), [...args, '-s', 'reload'], { stdio: 'ignore' }),
        );
      },
      takeOut: (port) => reloaded(child.pid, () => runDocumented(folder, 'down;/"', port)),
      putBack: (port) => reloaded(child.pid, () => runDocumented(folder, 'down;$/;/"', port)),
    };
  },
};

function writeConfiguration(
  folder: string,
  port: number,
  plainPort: number,
  wrong: Readonly<Record<string, string>>,
): void {
  const main = fill(readFileSync('deploy/nginx/nginx.conf', 'utf8'), {
    '/run/nginx.pid': join(folder, 'nginx.pid'),
    'server_tokens off;': `server_tokens off;\n${temporaryPaths(folder)}`,
    '/var/log/nginx/': join(folder, 'log/'),
    '/etc/nginx/conf.d/carillon.conf': join(folder, 'carillon.conf'),
  });
  writeFileSync(join(folder, 'nginx.conf'), main);
  const site = fill(fill(readFileSync('deploy/nginx/carillon.conf', 'utf8'), wrong), {
    'listen 443 ': `listen ${port} `,
    'listen [::]:443 ': `listen [::]:${port} `,
    'listen 80;': `listen ${plainPort};`,
    'listen [::]:80;': `listen [::]:${plainPort};`,
    '/etc/ssl/carillon/': `${certificate().folder}/`,
    '/var/log/nginx/': join(folder, 'log/'),
    '/etc/nginx/carillon-processes.conf': join(folder, 'carillon-processes.conf'),
  });
  writeFileSync(join(folder, 'carillon.conf'), hasIpv6() ? site : site.replaceAll(/ *listen \[.*\n/g, ''));
}

/** Who is not root cannot use those that are compiled in. */
function temporaryPaths(folder: string): string {
  if (process.getuid?.() === 0) return '';
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return kinds.map((kind) => `    ${kind}_temp_path ${join(folder, kind)};`).join('\n');
}

function writeProcesses(folder: string, ports: readonly number[]): void {
  const text = readFileSync('deploy/nginx/carillon-processes.conf', 'utf8');
  const [line] = /^server .*$/m.exec(text) ?? [];
  if (line === undefined) throw new Error('There is no process in carillon-processes.conf.');
  const lines = ports.map((port) => line.replace(':3001', `:${port}`));
  writeFileSync(join(folder, 'carillon-processes.conf'), `${lines.join('\n')}\n`);
}

/** Resolves when workers with the new configuration are there. */
async function reloaded(pid: number | undefined, reload: () => void): Promise<void> {
  const before = workersOf(pid);
  reload();
  await until('new workers', () => workersOf(pid).some((worker) => !before.includes(worker)));
}

/** Runs the line of docs/deploy.md that has `mark` in it. */
function runDocumented(folder: string, mark: string, port: number): void {
  const lines = readFileSync('docs/deploy.md', 'utf8').split('\n');
  const line = lines.find((one) => one.startsWith('sed -i') && one.includes(mark)) ?? '';
  const command = fill(line, {
    '/etc/nginx/': `${folder}/`,
    'nginx -s reload': `${pathOf('nginx')} -c ${join(folder, 'nginx.conf')} -p ${folder} -s reload`,
  });
  execFileSync('sh', ['-e', '-c', command], { env: { ...process.env, port: String(port) }, stdio: 'ignore' });
}

function workersOf(pid = 0): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'));
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
