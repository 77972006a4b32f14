import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { isCi } from './ci.ts';
import { findProgram, missingText, packageOf } from './programs.ts';
import type {} from './provided.ts';

/**
 * Before all tests of a project: brings the programs that it names, on Debian and Ubuntu as root. Elsewhere the tests
 * that need a missing one are skipped; a run in CI ends here.
 */
export default function setup({ config }: TestProject): void {
  const missing = () => (config.provide.programs ?? []).filter((name) => findProgram(name) === undefined);
  if (missing().length > 0 && canInstall()) install(missing().map(packageOf));
  const [first] = missing();
  if (first !== undefined && isCi) throw new Error(`This run ${missingText(first)}`);
}

function canInstall(): boolean {
  return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
}

function install(packages: readonly string[]): void {
  console.log(`Installing ${packages.join(', ')} for the tests …`);
  const options: ExecFileSyncOptions = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
  } catch (cause) {
    // Without a network the tests that need them are skipped, and say so.
    console.warn(`Could not install ${packages.join(', ')}: ${String(cause)}`);
  }
}
