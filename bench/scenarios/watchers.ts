import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../measure/bench.ts';
import { addFaults, faultsOf, noFaults } from '../measure/faults.ts';
import { peakKiB, residentKiB } from '../measure/memory.ts';
import { resetPeakRss } from '../measure/process-figures.ts';
import { randomOwners } from '../measure/random.ts';
import { alternate, type Run } from '../measure/rounds.ts';
import { onStage, type Stage } from '../measure/stage.ts';
import { median, percentiles } from '../measure/statistics.ts';
import type { ScenarioResult } from '../report/result.ts';
import type { Server, ServerKind, Watched } from '../servers/server.ts';
import { barsOf, medianOf, ratio, text } from './figures.ts';

interface Told {
  /** From the request until the last watcher has heard. */
  readonly lastMs: number;
  /** How much longer the answer took than that of a comment. */
  readonly answerMs: number;
  /** 99 % of others' comments arrive within this, before and meanwhile. */
  readonly quietP99: number;
  readonly othersP99: number;
  readonly removal: Removal | undefined;
}

/** A comment that all watchers heard of is deleted. */
interface Removal {
  /** From the request until the last watcher has heard that it is gone. */
  readonly lastMs: number;
  /** How much longer the answer took than that of deleting one which one person heard of. */
  readonly answerMs: number;
}

interface Grown {
  readonly doneMs: number;
  readonly growthMiB: number;
}

const heardLimitMs = 60_000;
/** What others wait is looked at for so long at least. */
const leastWindowMs = 1_000;

/** How long it takes until very many have heard of one thing, and what others notice of it. */
export async function watchers(bench: Bench): Promise<ScenarioResult> {
  const { carillon, betterSse, nest } = bench.kinds;
  const { streams, many, rate, rounds: count } = bench.settings.watchers;
  const kinds = [carillon, betterSse, nest];
  const rounds = await alternate(bench, { name: 'watchers', kinds, rounds: count }, (kind) =>
    run(bench, kind),
  );
  const of = (kind: ServerKind, figure: (value: Told) => number) => medianOf(rounds, kind, figure);
  const sizes = [streams, many];
  const sized = sizes.map((size) => ({
    ...carillon,
    name: `carillon, ${size}`,
    label: `Carillon, ${size.toLocaleString('en')} watchers, one listens`,
  }));
  const grown = await alternate(bench, { name: 'watchers', kinds: sized, rounds: count }, (kind) =>
    runWithout(bench, kind, sizes[sized.indexOf(kind)] ?? streams),
  );
  const doneMs = sized.map((kind) => medianOf(grown, kind, (value) => value.doneMs));
  const growthMiB = sized.map((kind) => medianOf(grown, kind, (value) => value.growthMiB));
  const last = of(carillon, ({ lastMs }) => lastMs);
  return {
    name: 'watchers',
    title: `One activity to ${streams.toLocaleString('en')} watchers, beside ${rate} comments/s: the last has heard after`,
    unit: 'ms',
    better: 'less',
    bars: barsOf(kinds, (kind) => of(kind, ({ lastMs }) => lastMs)),
    table: [
      ...kinds.map((kind) => ({
        label: kind.label,
        figures: {
          'last has heard, ms': text(
            of(kind, ({ lastMs }) => lastMs),
            0,
          ),
          'answer, + ms': text(of(kind, ({ answerMs }) => answerMs)),
          'others p99, ms': text(of(kind, ({ othersP99 }) => othersP99)),
          'before, ms': text(of(kind, ({ quietP99 }) => quietP99)),
          'last has lost, ms': text(
            of(kind, ({ removal }) => removal?.lastMs ?? NaN),
            0,
          ),
          'RSS, + MiB': '–',
        },
      })),
      ...sized.map((kind, i) => ({
        label: kind.label,
        figures: {
          'last has heard, ms': text(doneMs[i], 0),
          'answer, + ms': '–',
          'others p99, ms': '–',
          'before, ms': '–',
          'last has lost, ms': '–',
          'RSS, + MiB': text(growthMiB[i], 0),
        },
      })),
    ],
    goals: [
      { text: 'ms until the last watcher has heard', value: last, must: 'at most', limit: 2_000 },
      {
        text: "of others' p99 before",
        value: ratio(
          of(carillon, ({ othersP99 }) => othersP99),
          of(carillon, ({ quietP99 }) => quietP99),
        ),
        must: 'at most',
        limit: 2,
      },
      {
        text: 'ms that the answer takes longer than a comment',
        value: of(carillon, ({ answerMs }) => answerMs),
        must: 'at most',
        limit: 50,
      },
      {
        text: 'ms until the last has lost what was deleted',
        value: of(carillon, ({ removal }) => removal?.lastMs ?? NaN),
        must: 'at most',
        limit: 3_000,
      },
      {
        text: 'ms that deleting it takes longer than what one person heard of',
        value: of(carillon, ({ removal }) => removal?.answerMs ?? NaN),
        must: 'at most',
        limit: 50,
      },
      {
        text: `of the time per watcher with ${many.toLocaleString('en')}`,
        value: ratio(ratio(doneMs[1], doneMs[0]), many / streams),
        must: 'at most',
        limit: 1.2,
      },
    ],
    notes: [...rounds.notes, ...grown.notes],
    runs: [...rounds.runs, ...grown.runs],
  };
}

/** Others comment at their rate; meanwhile one activity is published to everybody who watches. */
export function run(bench: Bench, kind: ServerKind): Promise<Run<Told>> {
  const { streams, others, rate, seconds } = bench.settings.watchers;
  return onStage(bench, kind, { owners: bench.settings.owners }, async (stage) => {
    const { server, listeners, writers } = stage;
    const all = Array.from({ length: streams + others }, (_, owner) => server.stream(owner));
    await listeners.ask('open', { place: server.place, streams: all });
    const watched = await watchedOn(server, streams);
    // Comments are numbered from here on, the activity with the last number.
    const owners = (first: number) =>
      randomOwners(rate * seconds, others, first + 1).map((owner) => owner + streams);
    const comment = async (first: number, extra: number) => {
      const limitMs = seconds * 1000 + heardLimitMs;
      const waiting = listeners.ask('heard', { count: rate * seconds + extra, limitMs });
      const written = await writers.ask('openLoop', { rate, owners: owners(first), first });
      await waiting;
      return { ...written, first, heard: await listeners.ask('take') };
    };
    const warmUp = await comment(0, 0);
    const quiet = await comment(rate * seconds, 0);
    const number = 3 * rate * seconds;
    const meanwhile = comment(2 * rate * seconds, streams);
    await sleep((seconds * 1000) / 4);
    const answer = await writers.ask('send', watched.tell(number));
    const busy = await meanwhile;

    const news = part(busy.heard, (one) => one === number);
    const rest = part(busy.heard, (one) => one !== number);
    const lastMs = news.atMs.reduce((a, b) => Math.max(a, b), 0) - answer.sentMs;
    const quietMs = latencies(quiet, () => true);
    const othersMs = latencies(
      { ...busy, heard: rest },
      (dueMs) => dueMs >= answer.sentMs && dueMs <= answer.sentMs + Math.max(lastMs, leastWindowMs),
    );
    const { removal, faults } = await remove(stage, watched, streams, number + 1);
    return {
      value: {
        lastMs,
        answerMs: answer.answeredMs - answer.sentMs - median([...quiet.latenciesMs]),
        quietP99: percentiles(quietMs).p99,
        othersP99: percentiles(othersMs).p99,
        removal,
      },
      faults: addFaults(
        faultsOf(warmUp.heard, { first: 0, owners: owners(0) }, () => 1),
        faultsOf(quiet.heard, { first: quiet.first, owners: owners(quiet.first) }, () => 1),
        faultsOf(rest, { first: busy.first, owners: owners(busy.first) }, () => 1),
        faultsOf(
          { ...news, owners: new Float64Array(news.owners.length) },
          { first: number, owners: new Uint32Array(1) },
          () => streams,
        ),
        { ...noFaults, failed: warmUp.failed + quiet.failed + busy.failed + Number(answer.status !== 201) },
        faults,
      ),
    };
  });
}

/** A comment that everybody heard of is deleted, and before it some that one person heard of. */
async function remove(
  { server, listeners, writers }: Stage,
  { report }: Watched,
  streams: number,
  number: number,
) {
  if (report === undefined) return { removal: undefined, faults: noFaults };
  const head = server.writer(0);
  const post = async (path: string, hearers: number, i: number) => {
    const waiting = listeners.ask('heard', { count: hearers, limitMs: heardLimitMs });
    // Its writer is the one to whom the report's comments belong, so that no other writer hears of it.
    const [body] = await writers.ask('create', {
      path,
      bodies: [JSON.stringify({ body: `~#${i}~ a comment that will be deleted` })],
      headers: [head],
    });
    await waiting;
    await listeners.ask('take');
    const { id } = JSON.parse(body ?? '{}') as { id: string };
    return { method: 'DELETE', path: `${path}/${id}`, head, body: '' };
  };
  const ordinary: number[] = [];
  for (let i = 0; i < 9; i++) {
    const request = await post(server.path(1), 1, number + i);
    const answer = await writers.ask('send', request);
    await listeners.ask('removed', { count: 1, limitMs: heardLimitMs });
    ordinary.push(answer.answeredMs - answer.sentMs);
  }
  const request = await post(`${report}/comments`, streams, number + ordinary.length);
  const waiting = listeners.ask('removed', { count: streams, limitMs: heardLimitMs });
  const answer = await writers.ask('send', request);
  const removedAtMs = await waiting;
  return {
    removal: {
      lastMs: removedAtMs.reduce((a, b) => Math.max(a, b), 0) - answer.sentMs,
      answerMs: answer.answeredMs - answer.sentMs - median(ordinary),
    },
    faults: {
      ...noFaults,
      missed: streams - removedAtMs.length,
      failed: Number(answer.status !== 204),
    },
  };
}

/** One activity to so many watchers, of whom only the last in order has a stream, and nothing beside it. */
function runWithout(bench: Bench, kind: ServerKind, count: number): Promise<Run<Grown>> {
  const { owners } = bench.settings;
  return onStage(bench, kind, { owners: 1 }, async ({ server, listeners, writers }) => {
    const listening = Math.min(count, owners);
    const last = Array.from({ length: listening }, (_, i) => i).sort((a, b) => (`u${a}` < `u${b}` ? -1 : 1));
    const streams = [server.stream(last.at(-1) ?? 0)];
    await listeners.ask('open', { place: server.place, streams });
    const watched = await watchedOn(server, count);
    const tell = async (number: number) => {
      const waiting = listeners.ask('heard', { count: 1, limitMs: heardLimitMs });
      const answer = await writers.ask('send', watched.tell(number));
      await waiting;
      const { atMs } = await listeners.ask('take');
      return { doneMs: (atMs[0] ?? NaN) - answer.sentMs, status: answer.status };
    };
    // The database is warm, and has its memory, when as many have heard of something before.
    await tell(0);
    server.pids.forEach(resetPeakRss);
    const before = residentKiB(server);
    const { doneMs, status } = await tell(1);
    return {
      value: { doneMs, growthMiB: (peakKiB(server) - before) / 1024 },
      faults: { ...noFaults, missed: Number(Number.isNaN(doneMs)), failed: Number(status !== 201) },
    };
  });
}

function watchedOn(server: Server, count: number): Promise<Watched> {
  if (server.watched === undefined) throw new Error('This server has nothing that can be watched.');
  return server.watched(count);
}

interface Written {
  readonly startMs: number;
  readonly intervalMs: number;
  readonly first: number;
  readonly heard: { readonly numbers: Float64Array; readonly atMs: Float64Array };
}

/** From the moment at which each comment was due until it was heard, for those that were due when `isWanted` says so. */
function latencies({ startMs, intervalMs, first, heard }: Written, isWanted: (dueMs: number) => boolean) {
  const dueMs = heard.numbers.map((one) => startMs + (one - first) * intervalMs);
  return heard.atMs.map((atMs, i) => atMs - (dueMs[i] ?? 0)).filter((_, i) => isWanted(dueMs[i] ?? 0));
}

/** What was heard of those numbers. */
function part<T extends { numbers: Float64Array; atMs: Float64Array; owners: Float64Array }>(
  heard: T,
  isWanted: (number: number) => boolean,
): T {
  const keep = (values: Float64Array) => values.filter((_, i) => isWanted(heard.numbers[i] ?? 0));
  return {
    ...heard,
    numbers: keep(heard.numbers),
    atMs: keep(heard.atMs),
    owners: keep(heard.owners),
  };
}
