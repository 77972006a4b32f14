import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../servers/server.ts';
import { peakRssKiB, rssKiB } from './process-figures.ts';

const settleMs = 500;

/** Resident memory of a server in KiB, after garbage collection where there is a garbage collector. */
export async function settledKiB(server: Server): Promise<number> {
  await sleep(settleMs);
  await server.ask?.('collectGarbage');
  return residentKiB(server);
}

export function residentKiB({ pids }: Server): number {
  return pids.reduce((sum, pid) => sum + rssKiB(pid), 0);
}

/** The most since `resetPeakRss`. */
export function peakKiB({ pids }: Server): number {
  return pids.reduce((sum, pid) => sum + peakRssKiB(pid), 0);
}
