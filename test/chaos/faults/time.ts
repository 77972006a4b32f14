import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/wait.ts';
import { maxJumpMs } from '../clock.ts';
import { floorOf } from '../final-state.ts';
import type { Fault } from './fault.ts';

export const clock: Fault = async ({ clock: hands }, { holdMs, random }) => {
  hands.jump(random.whole(-maxJumpMs, maxJumpMs));
  await sleep(holdMs);
};

/**
 * A restart after which everything so far is older than the retention: the server prunes it while the readers come back.
 * One of them has been away for a while. The writers know all their answers before, because keys end as events do.
 */
export const prune: Fault = async (world, { holdMs, random }) => {
  const { clock: hands, server, readers, writers, publishers, markers, reportOf } = world;
  const [user, reportId] = random.pick([...reportOf]);
  const absent = readers.openAbsent({ user, url: server.url });
  await until('the absent reader to have been there', () => absent.reader.journal.syncs > 0, 60_000);
  absent.leave();
  await writers.flood(reportId, 20, () => true);
  await sleep(holdMs);
  await Promise.all([writers.settle(), publishers.settle(), markers.settle()]);
  await server.stop();
  hands.leap();
  await server.start();
  // What comes now is younger than all that goes.
  writers.start();
  publishers.start();
  markers.start();
  await until(
    'its user to be pruned',
    () => floorOf(server.database, user) > absent.reader.journal.seq,
    60_000,
  );
  absent.comeBack();
};
