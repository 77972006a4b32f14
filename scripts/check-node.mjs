// Plain JavaScript without newer syntax: it runs on the Node that is too old, which cannot even read main.ts.
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const needed = engines.node.replace('>=', '');

if (!isAtLeast(process.versions.node, needed)) {
  console.error(
    `carillon: Node ${needed} or newer is needed, and this is Node ${process.versions.node}. ` +
      'Install a newer one, or run "npm ci" without --omit=dev: that brings Node 26.',
  );
  process.exit(1);
}

function isAtLeast(version, least) {
  const [major, minor] = version.split('.').map(Number);
  const [leastMajor, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
