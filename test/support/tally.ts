import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Closes a run with one plain line that says how many tests passed, for readers that are not people. */
export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const again: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        count[stateOf(test)]++;
        if (test.diagnostic()?.flaky === true) again.push(test.fullName);
      }
      // A file that could not even be loaded has no tests, and fails all the same.
      if (module.errors().length > 0) count.failed++;
    }
    for (const name of again) console.log(`passed only when it was tried again: ${name}`);
    const skipped = count.skipped + count.pending;
    console.log(`${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
}

function stateOf(test: TestCase): 'passed' | 'failed' | 'skipped' | 'pending' {
  return test.result().state;
}
