import type { ServerKind, StartOptions } from '../servers/server.ts';
import type { Bench } from './bench.ts';
import { addFaults, faultsOf, noFaults } from './faults.ts';
import { randomOwners } from './random.ts';
import type { Run } from './rounds.ts';
import { onStage, type Stage } from './stage.ts';
import { type Percentiles, percentiles } from './statistics.ts';

export interface DeliveryLoad {
  /** How many users have a stream, one each, and get comments. */
  readonly streams: number;
  /** Comments a second, to random ones of them. */
  readonly rate: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

export interface Delivery {
  /** From the moment at which a comment was due to its event at the client. */
  readonly latency: Percentiles;
  readonly cpuPer100k: number;
  /** The longest time that the server's event loop was late; undefined where that cannot be seen. */
  readonly loopDelayMs: number | undefined;
}

const heardLimitMs = 20_000;

/** One run of comments that are due at a fixed rate, whether or not the server keeps up. */
export function deliver(
  bench: Bench,
  kind: ServerKind,
  load: DeliveryLoad,
  options: Partial<StartOptions> = {},
): Promise<Run<Delivery>> {
  return onStage(bench, kind, { owners: bench.settings.owners, ...options }, async (stage) => {
    const { server, listeners, watch } = stage;
    const streams = Array.from({ length: load.streams }, (_, owner) => server.stream(owner));
    await listeners.ask('open', { place: server.place, streams });
    // No garbage is collected on purpose: V8 would throw away compiled code along with it, and collect again at once.
    const warmUp = await write(stage, load, load.warmUpSeconds, 0);
    const first = load.rate * load.warmUpSeconds;
    const { result, cpuSeconds, loopDelayMs } = await watch(() => write(stage, load, load.seconds, first));
    const written = load.rate * (load.seconds + load.warmUpSeconds);
    const notKept = server.comments === undefined ? 0 : Math.abs(server.comments() - written);
    return {
      value: {
        latency: percentiles(result.latenciesMs),
        cpuPer100k: (cpuSeconds / (load.rate * load.seconds)) * 100_000,
        loopDelayMs,
      },
      faults: addFaults(warmUp.faults, result.faults, { ...noFaults, failed: notKept }),
    };
  });
}

async function write({ listeners, writers }: Stage, load: DeliveryLoad, seconds: number, first: number) {
  const { rate, streams } = load;
  const owners = randomOwners(rate * seconds, streams, first + 1);
  const waiting = listeners.ask('heard', { count: owners.length, limitMs: seconds * 1000 + heardLimitMs });
  const { startMs, intervalMs, failed } = await writers.ask('openLoop', { rate, owners, first });
  await waiting;
  const heard = await listeners.ask('take');
  const latenciesMs = heard.atMs.map(
    (atMs, i) => atMs - startMs - ((heard.numbers[i] ?? 0) - first) * intervalMs,
  );
  return { latenciesMs, faults: { ...faultsOf(heard, { first, owners }, () => 1), failed } };
}
