import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('a process that starts PostgreSQL for tests keeps its exit code', () => {
  const source = `
    import './test/support/postgres-server.ts';
    process.exitCode = 1;
  `;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source]);
  expect(stderr.toString()).toBe('');
  expect(status).toBe(1);
});
