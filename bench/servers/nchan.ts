import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { standInToken, streamHead } from '../load/browser.ts';
import type { ServerKind } from './server.ts';

const nginx = '/usr/sbin/nginx';
const nchanModule = '/usr/lib/nginx/modules/ngx_nchan_module.so';
const template = new URL('../peers/nchan.conf', import.meta.url);
const startLimitMs = 10_000;

/** Nchan, a push module of nginx, written in C. It keeps nothing on disk and knows no users; whoever publishes says what. */
export const nchan: ServerKind = {
  name: 'nchan',
  label: 'Nchan (nginx, C)',
  missing:
    existsSync(nginx) && existsSync(nchanModule)
      ? undefined
      : 'nginx with libnginx-mod-nchan is not installed',
  start: async (folder) => {
    const port = await freePort();
    const configuration = join(folder, 'nginx.conf');
    const values: Record<string, string> = { MODULE: nchanModule, FOLDER: folder, PORT: String(port) };
    writeFileSync(
      configuration,
      readFileSync(template, 'utf8').replace(/@([A-Z]+)@/g, (_, name: string) => values[name] ?? ''),
    );
    const child = spawn(nginx, ['-p', folder, '-c', configuration, '-e', join(folder, 'error.log')], {
      stdio: 'ignore',
    });
    // Nobody tells nginx when the benchmark is interrupted.
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    const stop = async () => {
      process.removeListener('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      kill();
      await once(child, 'exit');
    };
    try {
      await untilListening(port);
    } catch (cause) {
      await stop();
      throw new Error(`nginx did not start: ${readFileSync(join(folder, 'error.log'), 'utf8')}`, { cause });
    }
    const host = `127.0.0.1:${port}`;
    return {
      place: { host: '127.0.0.1', port },
      pids: [child.pid ?? 0],
      stream: (owner) => ({
        owner,
        head: streamHead(`/stream/${owner}`, host, standInToken),
        dialect: 'sse',
      }),
      path: (owner) => `/publish/${owner}`,
      pathToAll: '/publish/0',
      writer: () => `Host: ${host}`,
      takesEvents: true,
      oneStreamPerUser: false,
      stop,
    };
  },
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is never a string.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number): Promise<void> {
  const endMs = performance.now() + startLimitMs;
  while (!(await isListening(port))) {
    if (performance.now() > endMs) throw new Error(`Nothing listens on port ${port}.`);
    await sleep(20);
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
