// Plain JavaScript, because it runs before anything is installed, on whatever Node there is.
import { execSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

// A package that lies in a folder of its own stands on the one above it.
for (const folder of new Set(['.', process.argv[2] ?? '.'])) {
  const installed = `${folder}/node_modules/.package-lock.json`;
  const isCurrent =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${folder}/package-lock.json`).mtimeMs;
  if (!isCurrent) execSync('npm ci --no-audit --no-fund', { cwd: folder, stdio: 'inherit' });
}
