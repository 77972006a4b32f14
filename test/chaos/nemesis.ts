import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../support/random.ts';
import { expiry, slow } from './faults/clients.ts';
import { fsync, fullDisk, slowDisk } from './faults/disk.ts';
import type { Fault } from './faults/fault.ts';
import { cut, proxy } from './faults/network.ts';
import { herd, kill, stop, term } from './faults/restarts.ts';
import { clock, prune } from './faults/time.ts';
import type { FaultName, Schedule, Turn } from './schedule.ts';
import type { World } from './world.ts';

const faults = {
  kill,
  term,
  stop,
  'slow-disk': slowDisk,
  fsync,
  'full-disk': fullDisk,
  clock,
  prune,
  herd,
  cut,
  slow,
  proxy,
  expiry,
} satisfies Record<FaultName, Fault>;

/** Plays a schedule. Each fault is bounded in itself, so the end comes even where everything takes long. */
export async function play(schedule: Schedule, world: World): Promise<void> {
  const start = performance.now();
  const playLane = async (turns: readonly Turn[]) => {
    for (const turn of turns) {
      await sleep(Math.max(0, start + turn.atMs - performance.now()));
      await playTurn(turn, world);
    }
  };
  await Promise.all([playLane(schedule.server), playLane(schedule.clients)]);
}

async function playTurn({ fault, holdMs, seed }: Turn, world: World): Promise<void> {
  try {
    await faults[fault](world, { holdMs, random: createRandom(seed) });
  } catch (error) {
    world.note(
      `${fault} could not be played to its end: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Ends all that still holds. */
export async function heal({ server, proxies, disk, clock: hands }: World): Promise<void> {
  for (const one of proxies) one.heal();
  disk.makeRoom();
  server.signal('SIGCONT');
  await server.start();
  hands.jump(0);
}
