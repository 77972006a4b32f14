import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Brings a program where that can be done, on Debian and Ubuntu as root; elsewhere says what to do.
 * @param variable names the environment variable that may hold another path.
 */
export function bring(path: string, debianPackage: string, variable: string): void {
  if (existsSync(path)) return;
  const canInstall = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (!canInstall) {
    throw new Error(
      `The tests need ${path}. Install it (on Debian: sudo apt-get install ${debianPackage}), ` +
        `or set ${variable} to the path of the one that you have.`,
    );
  }
  console.log(`Installing ${debianPackage} for the tests …`);
  const options: ExecFileSyncOptions = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage], options);
}
