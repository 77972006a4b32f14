import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/*
 * Loaded before the server, and in each of its threads (`node --import`): its clock is off by as many milliseconds as
 * stand in the file that CHAOS_CLOCK names, at any time. And it ends with whoever started it, however that ends.
 */

/** How long an offset that was read counts. */
const lifeMs = 50;

const path = process.env['CHAOS_CLOCK'] ?? '';
const realNow = Date.now;
let offsetMs = 0;
let readAt = -Infinity;

Date.now = () => {
  if (performance.now() - readAt > lifeMs) {
    offsetMs = Number(readFileSync(path, 'utf8'));
    readAt = performance.now();
  }
  return realNow() + offsetMs;
};

if (isMainThread) process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
