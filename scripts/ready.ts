import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { StartError } from '../src/domain/errors.ts';
import { runCommand } from '../src/commands/command.ts';

/*
 * Asks the process of this environment (HOST, PORT) whether it is ready: for the health check of a container, and for
 * whoever starts one process after the other.
 */

const answerLimitMs = 5_000;
const pauseMs = 200;

await runCommand(async (args) => {
  const waitMs = waitOf(args) * 1000;
  const url = readyUrl();
  const end = performance.now() + waitMs;
  for (;;) {
    const why = await whyNotReady(url);
    if (why === undefined) return `${url} is ready.`;
    if (performance.now() > end) throw new StartError(`${url} is not ready: ${why}`);
    await sleep(pauseMs);
  }
}, 'node scripts/ready.ts');

/** For how many seconds it is asked again; 0 unless given. */
function waitOf(args: readonly string[]): number {
  try {
    const { wait = '0' } = parseArgs({ args: [...args], options: { wait: { type: 'string' } } }).values;
    if (/^\d{1,4}$/.test(wait)) return Number(wait);
  } catch {
    // Something else than --wait.
  }
  throw new StartError('usage: node scripts/ready.ts [--wait <seconds>]');
}

function readyUrl(): string {
  const host = process.env['HOST'] ?? '';
  // What listens everywhere is asked here.
  const here: Record<string, string> = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '[::1]' };
  return `http://${here[host] ?? host}:${process.env['PORT'] ?? '3000'}/readyz`;
}

async function whyNotReady(url: string): Promise<string | undefined> {
  try {
    const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(answerLimitMs) });
    return ok ? undefined : `it answers ${status}.`;
  } catch (error) {
    // What `fetch` throws says only that it failed; its cause says why.
    const { cause = error } = error as Error;
    return cause instanceof Error ? `${cause.message}.` : 'it cannot be asked.';
  }
}
