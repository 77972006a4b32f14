import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/wait.ts';
import { check } from './checker.ts';
import type { Tally } from './evidence.ts';
import { type Head, headOf, readFinalState, workLeftIn } from './final-state.ts';
import type { Finding } from './findings.ts';
import type { Entry, Publication, Resource, Write } from './history.ts';
import { heal, play } from './nemesis.ts';
import { type FaultName, type Schedule, scheduleOf } from './schedule.ts';
import { createStage, type Stage } from './stage.ts';
import { compareUsage, resourcesOf, type Usage } from './usage.ts';

export interface RunOptions {
  readonly seed: number;
  /** How long faults are played; the run takes as much longer as healing and reading to the end do. */
  readonly seconds: number;
  readonly faults: readonly FaultName[];
  /** How many clients come back at once. */
  readonly herdSize: number;
  /** Between two comments of a writer, on average. */
  readonly pauseMs: number;
  /** How many activities must be published, however slow the machine is; the run takes longer for them if need be. */
  readonly publications?: number;
  /** Where the server's source is; this one unless given. */
  readonly source?: string;
  /** How long to wait for what is still to be answered and done in the end, in milliseconds; a minute unless given. */
  readonly restLimitMs?: number;
  /** Judges the server's memory: what it has after the warm-up against what it has in the end. */
  readonly memory?: { readonly warmUpSeconds: number; readonly allowanceMebibytes: number };
}

/** What came of it. */
export interface Outcome {
  readonly seed: number;
  readonly schedule: Schedule;
  readonly findings: readonly Finding[];
  readonly tally: Tally;
  readonly resources: readonly Resource[];
  /** What is worth knowing and no finding. */
  readonly notes: readonly string[];
  /** How much was written and read, so that a run that did nothing does not pass for a good one. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Pauses of a writer between two bursts. */
const burstEvery = 8;

/* Generous, because a slow machine is no finding; what is still missing then is one. */
const defaultRestLimitMs = 60_000;
const readingLimitMs = 90_000;
const publishingLimitMs = 120_000;

/** Runs a server under the faults that follow from the seed, and checks the ledger. */
export async function run(options: RunOptions): Promise<Outcome> {
  const { seed, seconds, faults } = options;
  const schedule = scheduleOf(seed, seconds, faults);
  const stage = await createStage(options);
  try {
    return await perform(stage, schedule, options);
  } finally {
    await stage.close();
  }
}

async function perform(stage: Stage, schedule: Schedule, options: RunOptions): Promise<Outcome> {
  const { world, writes, publications, notes } = stage;
  const { server, readers, writers, publishers, markers, evidence } = world;
  await until(
    'all readers to be in sync',
    () => readers.open.every(({ journal }) => journal.syncs > 0),
    60_000,
  );

  await publishers.gatherCrowd();
  writers.start();
  publishers.start();
  markers.start();
  const playing = new AbortController();
  const gathering = evidence.gather(writers, burstEvery * options.pauseMs, playing.signal);
  const warm = usageAfterWarmUp(stage, options);
  await Promise.all([
    play(schedule, world),
    sleep(options.seconds * 1000),
    publishers.reach(options.publications ?? 0, publishingLimitMs),
  ]);
  await heal(world);
  playing.abort();
  await gathering;
  const { restLimitMs = defaultRestLimitMs } = options;
  const workLeft = () => workLeftIn(server.database);
  await Promise.all([writers.stop(restLimitMs), publishers.stop(workLeft, restLimitMs)]);
  await markers.stop(restLimitMs);

  const told = await headsOf(stage);
  const seqs = new Map([...told].map(([user, { seq }]) => [user, seq]));
  await readers.readToEnd(seqs, readingLimitMs);
  await evidence.look();
  readers.close();
  await stage.closeProxies();
  const resources = await compareResources(stage, await warm, options);
  await server.stop();

  const store = readFinalState(server.database, told);
  const history = { writes, publications, readers: readers.logs, store, resources, crashes: server.crashes };
  return {
    seed: options.seed,
    schedule,
    findings: check(history),
    tally: evidence.tally(readers.logs, publishers.takenBackEarly),
    resources,
    notes,
    figures: figuresOf(stage),
  };
}

async function headsOf({ world: { server, tokens }, users }: Stage): Promise<Map<string, Head>> {
  const heads = users.map(
    async (user) => [user, await headOf(server.url, await tokens.lasting(user))] as const,
  );
  return new Map(await Promise.all(heads));
}

async function usageAfterWarmUp({ world }: Stage, { memory }: RunOptions): Promise<Usage | undefined> {
  if (memory === undefined) return undefined;
  await sleep(memory.warmUpSeconds * 1000);
  return resourcesOf(world.server);
}

async function compareResources(
  { world: { server } }: Stage,
  warm: Usage | undefined,
  { memory }: RunOptions,
): Promise<Resource[]> {
  const before = server.baseline;
  if (before === undefined) return [];
  const { residentMebibytes } = warm ?? before;
  return compareUsage(server, { ...before, residentMebibytes }, memory?.allowanceMebibytes);
}

function figuresOf({ world: { server, readers, writers, evidence }, writes, publications, users }: Stage) {
  const count = (outcome: Write['outcome']) => writes.filter((write) => write.outcome === outcome).length;
  const changed = (all: readonly (Write | Publication)[]) =>
    all.filter(({ texts }) => texts.some((text) => text.endsWith('changed'))).length;
  const takenBack = (all: readonly (Write | Publication)[]) =>
    all.filter(({ gone }) => gone === 'done').length;
  const seen = (kind: Entry['kind']) =>
    readers.logs.reduce((sum, log) => sum + log.entries.filter((entry) => entry.kind === kind).length, 0);
  return {
    users: users.length,
    acknowledged: count('ok'),
    refused: count('refused'),
    unknown: count('unknown'),
    published: publications.filter(({ outcome }) => outcome === 'ok').length,
    'of them changed': changed(publications),
    'of them taken back': takenBack(publications),
    'comments changed': changed(writes),
    'comments deleted': takenBack(writes),
    readers: readers.logs.length,
    connections: seen('connect'),
    events: seen('event'),
    resets: seen('reset'),
    'ended by their token': evidence.count('carillon_stream_closes_total{reason="expired"}'),
    'answers 507': writers.answers.get(507) ?? 0,
    'server runs': server.run,
    'of them killed': server.killed.size,
  };
}
