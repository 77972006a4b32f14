// Plain JavaScript, because it runs before anything is installed, on whatever Node there is.
import { execSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const installed = 'node_modules/.package-lock.json';
const isCurrent =
  existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs;
if (!isCurrent) execSync('npm ci --no-audit --no-fund', { stdio: 'inherit' });
