import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startServer } from '../support/server.ts';

const run = promisify(execFile);

function ready(port: number | string, ...args: string[]): Promise<{ stdout: string }> {
  const env = { PATH: process.env['PATH'], HOST: '0.0.0.0', PORT: String(port) };
  return run(process.execPath, ['scripts/ready.ts', ...args], { env });
}

test('ready.ts says whether the server is ready, and waits for it when it is told to', async () => {
  const port = await freePort();
  await expect(ready(port)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ECONNREFUSED'),
  });
  const waiting = ready(port, '--wait', '60');
  await startServer({ environment: { PORT: String(port) } });
  expect((await waiting).stdout).toBe(`http://127.0.0.1:${port}/readyz is ready.\n`);
  expect((await ready(port)).stdout).toContain('is ready');
});

test('ready.ts tells how it is used', async () => {
  for (const wrong of [['--wait', 'x'], ['--wait'], ['now']])
    await expect(ready(1, ...wrong)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^usage: /),
    });
});
