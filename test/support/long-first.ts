import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take a minute, though most of them are short: begun last, they would keep one core busy at the end. */
const isLong = /\/test\/(?:chaos|deploy|fleet|security)\//;

/** Begins with the files that take longest, so that all cores are busy to the end. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const { long = [], short = [] } = Object.groupBy(sorted, ({ moduleId }) =>
      isLong.test(moduleId) ? 'long' : 'short',
    );
    return [...long, ...short];
  }
}
