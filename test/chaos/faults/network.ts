import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultyProxy, Weather } from '../../support/faulty-proxy.ts';
import type { Fault } from './fault.ts';

/** Connections break after so many bytes, which now and then is in the middle of a frame, and the next ones as well. */
export const cut: Fault = async ({ proxies }, { holdMs, random }) => {
  const proxy = random.pick(proxies);
  proxy.change({ cutAfterBytes: random.whole(600, 12_000) });
  await sleep(holdMs);
  proxy.heal();
};

const weathers: readonly Weather[] = [
  { delayMs: 150 },
  { bytesPerSecond: 20_000 },
  { chunkBytes: 1 },
  { isBlackhole: true },
];

const blows: readonly ((proxy: FaultyProxy) => void)[] = [
  (proxy) => proxy.halfClose('client'),
  (proxy) => proxy.halfClose('server'),
  (proxy) => proxy.reset(),
];

/** Bad weather on one of the ways, or one blow to all that is on it. */
export const proxy: Fault = async ({ proxies }, { holdMs, random }) => {
  const one = random.pick(proxies);
  const what = random.whole(0, weathers.length + blows.length - 1);
  const weather = weathers[what];
  if (weather === undefined) blows[what - weathers.length]?.(one);
  else one.change(weather);
  await sleep(holdMs);
  one.heal();
};
