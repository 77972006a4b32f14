import { readFileSync } from 'node:fs';

/** What is assumed where the system does not tell: the smallest limit that is common. */
const common = 1024;

/** How many files this process may have open; Node itself raises the soft limit to the hard one when it starts. */
export function openFileLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === 'unlimited' ? Infinity : Number(soft ?? common);
  } catch {
    return common; // No /proc: not Linux.
  }
}
