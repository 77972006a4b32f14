import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startServer, type TestServer } from '../support/server.ts';

async function doctor(...args: string[]): Promise<{ code: number; printed: string }> {
  const child = spawn(process.execPath, ['scripts/doctor.ts', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { code: code as number, printed };
}

async function asDoctor(server: TestServer): Promise<string[]> {
  return ['--token', await server.token('doctor'), '--seconds', '10'];
}

test('the exit code says whether something was found: 0 nothing, 1 something', async () => {
  const server = await startServer({ environment: { HEARTBEAT_SECONDS: '1' } });
  const healthy = await doctor(server.url, ...(await asDoctor(server)));
  expect(healthy.printed).toContain('Nothing stands between a client and Carillon.');
  expect(healthy.printed).toContain('– cors: not looked at: give --origin');
  expect(healthy.code).toBe(0);

  const origin = ['--origin', 'https://app.example.com'];
  const ill = await doctor(server.url, ...(await asDoctor(server)), ...origin);
  expect(ill.printed).toMatch(/✗ cors: Pages of https:\/\/app\.example\.com may not talk .*\n +nginx +/);
  expect(ill.code).toBe(1);

  const asJson = await doctor(server.url, ...(await asDoctor(server)), ...origin, '--json');
  expect(JSON.parse(asJson.printed)).toMatchObject({
    url: `${server.url}/`,
    findings: [{ code: 'cors', remedy: { nginx: expect.any(String) as string } }],
    skipped: { processes: expect.stringContaining('--publish-token') as string },
  });
});

test('and 2 when there is nothing to examine, or it was not called right', async () => {
  const address = `http://127.0.0.1:${await freePort()}`;
  expect(await doctor(address, '--token', 'any')).toMatchObject({
    code: 2,
    printed: expect.stringContaining(`${address}/ does not answer: connect ECONNREFUSED`) as string,
  });
  for (const args of [[], ['ftp://localhost'], [address, '--seconds', '0'], [address, '--nix']]) {
    expect(await doctor(...args)).toMatchObject({
      code: 2,
      printed: expect.stringContaining('usage: npm run doctor -- <url>') as string,
    });
  }
});
