import { execFileSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { signToken } from '../../src/http/token.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { ask, secret, temporaryFolder } from '../support/server.ts';
import { spawnServer } from '../support/process.ts';
import { until } from '../support/wait.ts';

const ann = await signToken({ id: 'ann', name: 'Ann' }, 3600, secret, {
  issuer: undefined,
  audience: undefined,
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s says goodbye to the streams, finishes the running request, and exits with 0 within 10 s',
  async (signal) => {
    const server = await spawnServer(temporaryFolder(), { MAX_STREAMS_PER_USER: '1000' });
    const streams = Array.from({ length: 200 }, () => openRawStream(server.url, { token: ann }));
    await Promise.all(streams.map((stream) => stream.waitFor('sync')));
    // Half of a request is there when the signal comes; the rest follows.
    const body = JSON.stringify({ title: 'Reading list' });
    const socket = await beginPost(server.url, body.length);

    const start = Date.now();
    server.child.kill(signal);
    await until('the server to be stopping', () => server.output().includes('"stopping"'));
    socket.write(body);
    expect(await server.exited).toBe(0);
    expect(Date.now() - start).toBeLessThan(10_000);

    expect(socket.answer).toContain('201 Created');
    await Promise.all(streams.map((stream) => stream.waitForEnd()));
    for (const { events } of streams) {
      expect(events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'shutdown' } });
    }
    expect(new Set(streams.map(({ retries }) => retries.at(-1))).size).toBeGreaterThan(150);
    expect(server.output()).toContain('"stopped"');
  },
);

test('behind a proxy, a server that is to stop serves on until the proxy has seen that in /readyz', async () => {
  const server = await spawnServer(temporaryFolder(), { TRUST_PROXY: '1' });
  const stream = openRawStream(server.url, { token: ann });
  await stream.waitFor('sync');
  const ready = async () => (await fetch(`${server.url}/readyz`)).status;
  expect(await ready()).toBe(200);
  server.child.kill('SIGTERM');
  await until('/readyz to say so', async () => (await ready()) === 503);

  const answer = await ask(
    `${server.url}/reports`,
    'POST',
    { title: 'Reading list' },
    { authorization: `Bearer ${ann}` },
  );
  expect(answer.status).toBe(201);
  expect(answer.headers.get('connection')).toBe('close');
  const late = openRawStream(server.url, { token: ann });
  await late.waitFor('sync');
  expect(stream.ended).toBe(false);
  for (const one of [stream, late]) {
    await one.waitForEnd();
    expect(one.events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'shutdown' } });
  }
  expect(await server.exited).toBe(0);
});

test('a client that does not read cannot hold up the end', async () => {
  const server = await spawnServer(temporaryFolder());
  const stream = openRawStream(server.url, { token: ann });
  await stream.waitFor('sync');
  stream.socket.pause();
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
});

/** Starts a server and lets its disk hang, until the end of the server. */
async function startOnHangingDisk() {
  const folder = temporaryFolder();
  const fifo = join(folder, 'fifo');
  const server = await spawnServer(folder, { HANGING_DISK: fifo }, [
    process.execPath,
    '--import',
    './test/support/hanging-disk.ts',
    'src/main.ts',
  ]);
  execFileSync('mkfifo', [fifo]);
  const ready = () => fetch(`${server.url}/readyz`).then(({ status }) => status);
  await until('/readyz to say so', async () => (await ready()) === 503);
  return server;
}

test('on a disk that hangs, /readyz says so, and the server ends after a signal', async () => {
  const server = await startOnHangingDisk();
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe('SIGKILL');
  expect(server.output()).toContain('could not be closed in time');
});

test('on a disk that hangs, a second signal ends the server at once', async () => {
  const server = await startOnHangingDisk();
  let code: unknown;
  void server.exited.then((result) => (code = result));
  await until('the end', () => {
    server.child.kill('SIGTERM');
    return code !== undefined;
  });
  expect(code).toBe('SIGKILL');
  expect(server.output()).not.toContain('could not be closed in time');
});

test('a second signal ends the server at once', async () => {
  const server = await spawnServer(temporaryFolder());
  // A request whose body never comes would otherwise be waited for.
  const socket = await beginPost(server.url, 9);
  let code: unknown;
  void server.exited.then((result) => (code = result));
  await until('the end', () => {
    server.child.kill('SIGTERM');
    return code !== undefined;
  });
  expect(code).toBe('SIGKILL');
  expect(server.output()).not.toContain('"stopped"');
  socket.destroy();
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s to npm start reaches the server, and counts once',
  async (signal) => {
    const server = await spawnServer(temporaryFolder(), {}, ['npm', 'start']);
    const { pid = 0 } = JSON.parse(/{.*"listening"}/.exec(server.output())?.[0] ?? '{}') as { pid?: number };
    onTestFinished(() => endProcess(pid));
    const stream = openRawStream(server.url, { token: ann });
    await stream.waitFor('sync');
    // A terminal sends Ctrl-C to both, and npm passes its own on; a service manager knows npm alone.
    if (signal === 'SIGINT') process.kill(pid, signal);
    server.child.kill(signal);
    await stream.waitForEnd();
    expect(stream.events.at(-1)).toMatchObject({ event: 'goodbye', data: { reason: 'shutdown' } });
    await until('the end', () => server.output().includes('"stopped"'));
  },
);

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already, as it should.
  }
}

/** Sends the head of a request for a new report, and waits until the server is at it. */
async function beginPost(url: string, length: number): Promise<Socket & { answer: string }> {
  const { hostname, port, host } = new URL(url);
  const socket = Object.assign(connect(Number(port), hostname), { answer: '' });
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => (socket.answer += bytes.toString()));
  socket.write(
    `POST /reports HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${ann}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`,
  );
  await until('the server to be at the request', () => socket.answer.includes('100 Continue'));
  return socket;
}
