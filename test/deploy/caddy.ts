import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { pathOf } from '../support/needs.ts';
import { temporaryFolder } from '../support/server.ts';
import { certificate } from './certificate.ts';
import { fill, type ProxyKind, untilListening } from './proxy.ts';

/** Caddy with deploy/caddy/Caddyfile, in which only ports, the name, and where its certificate comes from are replaced. */
export const caddy: ProxyKind = {
  name: 'Caddy',
  isPatient: true,
  logsRequests: false,
  async start(ports, wrong = {}) {
    const program = pathOf('caddy');
    const folder = temporaryFolder();
    const place = { port: await freePort(), plainPort: await freePort(), adminPort: await freePort() };
    const path = join(folder, 'Caddyfile');
    const write = (to: readonly number[]) => writeFileSync(path, fill(caddyfile(place, to), wrong));
    write(ports);
    const env = { PATH: process.env['PATH'], HOME: folder };
    const args = ['--adapter', 'caddyfile', '--config', path];
    const child = spawn(program, ['run', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
    onTestFinished(() => void child.kill('SIGKILL'));
    await untilListening(place.port, child, () => output);
    return {
      url: `https://localhost:${place.port}`,
      plainUrl: `http://localhost:${place.plainPort}`,
      log: () => output,
      // It finds out by itself.
      takeOut: () => Promise.resolve(),
      putBack: () => Promise.resolve(),
      async reload(newPorts) {
        write(newPorts);
        execFileSync(program, ['reload', '--address', `localhost:${place.adminPort}`, ...args], {
          env,
          stdio: 'ignore',
        });
      },
    };
  },
};

function caddyfile(
  { port, plainPort, adminPort }: { port: number; plainPort: number; adminPort: number },
  ports: readonly number[],
): string {
  const { certificatePath, keyPath } = certificate();
  const site = fill(readFileSync('deploy/caddy/Caddyfile', 'utf8'), {
    '{$CARILLON_SITE:notify.example.com} {': `localhost {\n\ttls ${certificatePath} ${keyPath}`,
    '{$CARILLON_PROCESSES:127.0.0.1:3001 127.0.0.1:3002}': ports.map((one) => `127.0.0.1:${one}`).join(' '),
  });
  return `{\n\tadmin localhost:${adminPort}\n\thttps_port ${port}\n\thttp_port ${plainPort}\n}\n${site}`;
}
