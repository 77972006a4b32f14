import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs the tests of one file of test/support/tally. */
function run(name: string, environment: Record<string, string>): Promise<{ code: number; output: string }> {
  const args = ['--config', 'test/support/tally/vitest.config.ts', `test/support/tally/${name}.ts`];
  return new Promise((resolve) => {
    const env = { ...process.env, VITEST: undefined, ...environment };
    const child = execFile('node_modules/.bin/vitest', ['run', ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

test.each([
  { name: 'first-try', CI: 'true', code: 0, says: '1 passed, 0 failed\n' },
  {
    name: 'second-try',
    CI: '',
    code: 0,
    says: 'passed only at the second try: passes at the second try (expected 1 to be 2',
  },
  {
    name: 'second-try',
    CI: 'true',
    code: 0,
    says: 'passed only at the second try: passes at the second try (expected 1 to be 2',
  },
  {
    name: 'second-tries',
    CI: 'true',
    code: 1,
    says: 'passed only at the second try: so does the third (expected 1 to be 2',
  },
  { name: 'late-error', CI: '', code: 1, says: 'an error outside of all tests: nobody waits for this\n' },
])('a run of $name with CI=$CI ends with $code', async ({ name, CI, code, says }) => {
  const result = await run(name, { CI });
  expect(result.output).toContain(says);
  expect(result.code).toBe(code);
});

test('a test whose program is missing is skipped with the reason, and fails in CI', async () => {
  const without = { REDIS_SERVER: '/nonexistent/redis-server' };
  const skipped = await run('missing-program', { ...without, CI: '' });
  expect(skipped.output).toMatch(
    /^1 skipped: needs redis-server, which is not here\. Install it .*REDIS_SERVER/m,
  );
  expect(skipped.output).toContain('0 passed, 0 failed, 1 skipped\n');
  expect(skipped.code).toBe(0);
  const failed = await run('missing-program', { ...without, CI: 'true' });
  expect(failed.output).toContain('0 passed, 1 failed\n');
  expect(failed.code).toBe(1);
});
