import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/wait.ts';
import { loudUsers } from './clients.ts';
import type { Fault } from './fault.ts';

/** How many readers of a herd must have come back before it may go; one that never does is for the checker. */
const herdLimitMs = 60_000;

export const kill: Fault = async ({ server }, { holdMs }) => {
  await server.kill();
  await sleep(holdMs);
  await server.start();
};

export const term: Fault = async ({ server }, { holdMs }) => {
  await server.stop();
  await sleep(holdMs);
  await server.start();
};

export const stop: Fault = async ({ server }, { holdMs }) => {
  server.signal('SIGSTOP');
  await sleep(holdMs);
  server.signal('SIGCONT');
};

export const herd: Fault = async ({ server, readers, reportOf, herdSize, note }, { holdMs, random }) => {
  const users = [...reportOf.keys()].slice(loudUsers);
  const animals = Array.from({ length: herdSize }, () =>
    readers.openInHerd({ user: random.pick(users), url: server.url }),
  );
  const synced = (times: number) => animals.filter(({ journal }) => journal.syncs >= times).length;
  await until('the herd', () => synced(1) === herdSize, herdLimitMs);
  const before = animals.map(({ journal }) => journal.syncs);
  await server.stop();
  await sleep(holdMs);
  await server.start();
  const isBack = () => animals.every(({ journal }, i) => journal.syncs > (before[i] ?? 0));
  await until('the herd to come back', isBack, herdLimitMs).catch((error: unknown) => note(String(error)));
  for (const animal of animals) readers.dismiss(animal);
};
