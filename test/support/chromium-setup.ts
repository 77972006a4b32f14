import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromiumPath } from './chromium.ts';

/** Before all tests: brings Chromium where that can be done, on Debian and Ubuntu as root; elsewhere says what to do. */
export default function setup(): void {
  if (existsSync(chromiumPath)) return;
  const canInstall = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (!canInstall) {
    throw new Error(
      `The browser tests need Chromium at ${chromiumPath}. Install it (on Debian: sudo apt-get install chromium), ` +
        'or set CHROMIUM to the path of the one that you have.',
    );
  }
  console.log('Installing Chromium for the browser tests …');
  const options: ExecFileSyncOptions = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
}
