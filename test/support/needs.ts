import { TestRunner } from 'vitest';
import { isCi } from './ci.ts';
import { findProgram, missingText, type ProgramName } from './programs.ts';

/** The path of a program. Where there is none, the test that asks is skipped with that reason; in CI it fails. */
export function pathOf(name: ProgramName): string {
  return findProgram(name) ?? skipTest(missingText(name));
}

/** Skips the test that is running; fails it in CI. @param reason such as `needs redis-server` */
export function skipTest(reason: string): never {
  const test = TestRunner.getCurrentTest();
  if (isCi || test === undefined) throw new Error(`This test ${reason}`);
  return test.context.skip(reason);
}
