import { existsSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/*
 * Loaded before the server, and in its thread of the store (`node --import`): once there is a FIFO where HANGING_DISK
 * says, the thread opens it, and hangs in that system call as it would in one of a disk that does not answer.
 */

const fifo = process.env['HANGING_DISK'] ?? '';

if (!isMainThread) {
  setInterval(() => {
    if (existsSync(fifo)) openSync(fifo, 'r');
  }, 10).unref();
}
