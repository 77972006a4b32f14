import { createWriteStream } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { getHeapSnapshot } from 'node:v8';
import { answer } from '../load/rpc.ts';

/*
 * Loaded into every server that runs on Node (`--import`), so that none needs a hook of its own: collects garbage, watches
 * the event loop, and writes profiles when the benchmark asks. It ends the server with the benchmark.
 */

const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
let session: Session | undefined;

export type ProbeMethods = typeof methods;

const methods = {
  collectGarbage: async (): Promise<void> => {
    // Twice and with a turn in between: finalizers free more. As the last resort, because V8 otherwise keeps half-empty
    // pages, and how many is chance.
    for (let i = 0; i < 2; i++) {
      globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  },
  watchLoop: (): void => {
    delay.reset();
    delay.enable();
  },
  /** The longest time in milliseconds that the event loop was late since `watchLoop`. */
  loopDelayMs: (): number => {
    delay.disable();
    return Math.max(0, delay.max / 1e6 - resolutionMs);
  },
  startProfile: async (): Promise<void> => {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
  },
  stopProfile: async (path: string): Promise<void> => {
    const result = await session?.post('Profiler.stop');
    session?.disconnect();
    await writeFile(path, JSON.stringify(result?.profile));
  },
  writeHeapSnapshot: async (path: string): Promise<void> => {
    await pipeline(getHeapSnapshot(), createWriteStream(path));
  },
} satisfies Record<string, (argument: never) => unknown>;

answer(methods);
// The channel alone must not keep a server running that has been told to stop.
process.channel?.unref();
