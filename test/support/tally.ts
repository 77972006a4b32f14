import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import { isCi } from './ci.ts';

/** A busy machine makes a browser late now and then; more than so many are a fault of ours. */
const maxSecondTries = 2;

/**
 * Closes a run with one plain line that says how many tests passed, for readers that are not people. A run in CI fails
 * when more than a few tests passed only at the second try; every run fails when an error belongs to no test.
 */
export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const again: string[] = [];
    const reasons = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        count[stateOf(test)]++;
        if (test.diagnostic()?.flaky === true) again.push(`${test.fullName} (${firstErrorOf(test)})`);
        const reason = reasonOf(test);
        if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
      // A file that could not even be loaded has no tests, and fails all the same.
      if (module.errors().length > 0) count.failed++;
    }
    for (const [reason, times] of reasons) console.log(`${times} skipped: ${reason}`);
    for (const name of again) console.log(`passed only at the second try: ${name}`);
    for (const { message } of errors) console.log(`an error outside of all tests: ${message}`);
    if (errors.length > 0 || (isCi && again.length > maxSecondTries)) process.exitCode = 1;
    const skipped = count.skipped + count.pending;
    console.log(`${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
}

function stateOf(test: TestCase): 'passed' | 'failed' | 'skipped' | 'pending' {
  return test.result().state;
}

/** What went wrong at the first try, in one line. */
function firstErrorOf(test: TestCase): string {
  const [first] = test.result().errors ?? [];
  return first?.message.split('\n', 1)[0] ?? 'without an error';
}

/** Why it was skipped, where it says so. */
function reasonOf(test: TestCase): string | undefined {
  const result = test.result();
  return result.state === 'skipped' ? result.note : undefined;
}
