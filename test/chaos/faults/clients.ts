import { getDefaultHighWaterMark } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultyProxy } from '../../support/faulty-proxy.ts';
import { until } from '../../support/wait.ts';
import { headOf } from '../final-state.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

/** Far more large frames than the kernel takes for a client that does not read (4 MB). */
const floodComments = 6_000;
/** How long it is tried: a restart in between ends the connections that were to fill up, and it begins again. */
const slowLimitMs = 40_000;

/** How many users hear of floods; the herd belongs to the others, or each event would be one for thousands of readers. */
export const loudUsers = 2;

/**
 * Two new tabs stop reading while their user hears of so much that the server's sockets for them are full; every other
 * reads on. One of the two reads on as well after a while; the other never does.
 */
export const slow: Fault = async (world, { holdMs, random }) => {
  const [user, reportId] = random.pick([...world.reportOf].slice(0, loudUsers));
  const end = performance.now() + slowLimitMs;
  while (performance.now() < end) if (await slowDown(world, user, reportId, holdMs, end)) return;
  throw new Error('no slow reader fell back to the store');
};

/** @returns whether the tab that reads again was given from the store what it had not read */
async function slowDown(
  world: World,
  user: string,
  reportId: string,
  holdMs: number,
  end: number,
): Promise<boolean> {
  const { server, readers, evidence } = world;
  const { run } = server;
  const isDue = () => server.run === run && performance.now() < end;
  const [pausing, forGood] = [
    readers.openSlow({ user, url: server.url }),
    readers.openSlow({ user, url: server.url }),
  ];
  forGood.reader.journal.log.isComplete = false;
  for (const { reader, socket } of [pausing, forGood]) {
    await until('the slow tab to be in sync', () => reader.journal.syncs > 0, 60_000);
    socket()?.pause();
  }
  const isFull = await floodUntilFull(world, reportId, isDue);
  if (isFull) await sleep(holdMs);
  const before = evidence.slowPulls;
  pausing.socket()?.resume();
  while (isFull && evidence.slowPulls === before && isDue()) {
    await sleep(50);
    await evidence.look();
  }
  return evidence.slowPulls > before;
}

/** Posts to that report until two more sockets of the server are full. @returns whether they are */
async function floodUntilFull(
  { writers, evidence }: World,
  reportId: string,
  isDue: () => boolean,
): Promise<boolean> {
  // Those that will never read again wait as well.
  const full = (await evidence.look()) + 2 * getDefaultHighWaterMark(false);
  let isFull = false;
  const goesOn = () => !isFull && isDue();
  const flood = writers.flood(reportId, floodComments, goesOn).then(() => true);
  while (!(await Promise.race([flood, sleep(50, false)]))) isFull ||= (await evidence.look()) >= full;
  return isFull;
}

/** Seconds that a token lasts while a reader far behind catches up. */
const briefSeconds = 2;

/** Begins before the user's first event. */
export const expiry: Fault = async ({ server, readers, tokens, reportOf }, { holdMs, random }) => {
  const user = random.pick([...reportOf.keys()]);
  const { epoch } = await headOf(server.url, await tokens.lasting(user));
  const line = await FaultyProxy.start(server.url);
  line.change({ bytesPerSecond: 150_000 });
  const token = () => tokens.brief(user, briefSeconds);
  const reader = readers.openRaw({ user, url: line.url, cursor: `${epoch}.0`, token });
  await until('the late reader to hear something', () => reader.journal.entries.length > 1, 60_000);
  await sleep(holdMs);
  readers.dismiss(reader);
  await line.close();
};
