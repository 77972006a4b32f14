import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from '../support/wait.ts';
import type { Application } from './installed.ts';

const example = 'examples/nest-gateway';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What the example installs beside Carillon, as npm is told it. */
export function gatewayDependencies(): readonly string[] {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(`${example}/package.json`, 'utf8'),
  ) as Manifest;
  const all = Object.entries({ ...dependencies, ...devDependencies });
  // The package under test, and what this project has already.
  const own = new Set(['carillon', 'typescript', '@types/node']);
  return all.filter(([name]) => !own.has(name)).map(([name, range]) => `${name}@${range}`);
}

interface GatewaySocket {
  on(event: string, listener: (argument: any) => void): void;
  emitWithAck(event: string, argument: object): Promise<string>;
  disconnect(): void;
  readonly connected: boolean;
}

export interface Gateway {
  readonly url: string;
  /** Signs somebody in. @returns the cookie of the session */
  signIn(id: string): Promise<string>;
  ask(cookie: string, method: string, path: string, body?: object): Promise<any>;
  /** A socket of the real socket.io-client. */
  open(cookie: string | undefined): GatewaySocket;
  /** Stops it as a service manager does. @returns by which signal it ended: Nest sends itself the one that it has handled */
  stop(): Promise<NodeJS.Signals | null>;
}

/** Builds and starts the example in an application that has installed the package. */
export async function startGateway(
  application: Application,
  environment: Record<string, string>,
): Promise<Gateway> {
  const { folder } = application;
  cpSync(`${example}/src`, join(folder, 'gateway/src'), { recursive: true });
  cpSync(`${example}/tsconfig.json`, join(folder, 'gateway/tsconfig.json'));
  writeFileSync(join(folder, 'gateway/package.json'), '{ "type": "module" }');
  await application.run(resolve('node_modules/.bin/tsc'), '-p', 'gateway');
  const child = spawn(process.execPath, ['gateway/dist/main.js'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await until('it to listen', () => output.includes('listening at'));
  const url = /listening at (\S+)/.exec(output)?.[1]?.replace('[::1]', '127.0.0.1') ?? '';
  const client = createRequire(join(folder, 'index.js'))('socket.io-client') as {
    io(url: string, options: object): GatewaySocket;
  };
  const send = (cookie: string, method: string, path: string, body?: object) =>
    fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', cookie, 'sec-fetch-site': 'same-origin' },
      ...(body && { body: JSON.stringify(body) }),
    });
  return {
    url,
    signIn: async (id) => {
      const response = await send('', 'POST', '/login', { id });
      return response.headers.get('set-cookie')?.split(';')[0] ?? '';
    },
    ask: async (...request) => {
      const text = await (await send(...request)).text();
      return text === '' ? undefined : JSON.parse(text);
    },
    open: (cookie) => {
      const extraHeaders = cookie === undefined ? {} : { cookie };
      const socket = client.io(`${url}/notification`, { extraHeaders, forceNew: true });
      onTestFinished(() => socket.disconnect());
      return socket;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      return child.signalCode;
    },
  };
}
