import { eventFrame, pingFrame } from '../../src/stream/frames.ts';
import { notificationOf } from '../peers/ready-made.ts';
import type { Cost, FleetFigures } from '../scenarios/fleet.ts';
import type { Settings } from '../settings.ts';
import type { Page } from './result.ts';

/* What docs/scaling.md says between its markers: the figures, and what follows from them for many more users. */

export interface Measured {
  readonly sqlite: FleetFigures | undefined;
  readonly postgres: FleetFigures | undefined;
  readonly fleet: FleetFigures | undefined;
}

/** What is calculated for. */
const users = 1_000_000;
const comments = 10_000;
/* As they come. */
const heartbeatSeconds = 15;
const maxAgeSeconds = 600;
const headCheckSeconds = 30;
/** How much of a core a process should have to do at most, so that it has room for a peak. */
const load = 0.6;
/** More would fit; but this is how many come back at once when a process fails. */
const streamsPerProcess = 50_000;
/** Of IPv4 and TCP with timestamps, and Ethernet. */
const packetBytes = 66;

/** @returns undefined when a run is missing. */
export function scalingPage(settings: Settings, { sqlite, postgres, fleet }: Measured): Page | undefined {
  if (sqlite === undefined || postgres === undefined || fleet === undefined) return undefined;
  const text = [
    measured(settings, { '1 process, SQLite': sqlite, '1 process, PostgreSQL': postgres }),
    measured(settings, { '1 process, PostgreSQL': postgres, '3 processes, PostgreSQL, Redis': fleet }),
    calculated(fleet),
  ].join('\n\n');
  return { path: 'docs/scaling.md', text };
}

/** @param kinds what stands beside each other, by name: two, for a table of three columns. */
function measured(
  { writers, fleet: { streams, rate } }: Settings,
  kinds: Readonly<Record<string, FleetFigures>>,
): string {
  const row = (label: string, cell: (figures: FleetFigures) => string) => [
    label,
    ...Object.values(kinds).map(cell),
  ];
  const cpu = (cost: Cost) =>
    [cost.carillonMs, cost.postgresMs, cost.redisMs].map((ms) => number(ms, 3)).join(' · ');
  const perSecond = (figures: FleetFigures, count: number) => number(figures.commentsPerSecond * count);
  return table([
    ['', ...Object.keys(kinds)],
    row(
      `memory of Carillon a stream, ${number(streams)} open`,
      ({ kibPerStream }) => `${number(kibPerStream, 1)} KiB`,
    ),
    row('streams a GiB', ({ kibPerStream }) => number(2 ** 20 / kibPerStream)),
    row(`durable comments/s, ${writers} connections`, ({ commentsPerSecond }) => number(commentsPerSecond)),
    row(
      '… answered within, p50 · p99',
      ({ answer }) => `${number(answer.p50, 1)} · ${number(answer.p99, 1)} ms`,
    ),
    row('… PostgreSQL transactions/s', (figures) => perSecond(figures, figures.comment.transactions)),
    row('… Redis messages/s', (figures) => perSecond(figures, figures.comment.messages)),
    row('… Redis commands/s, with these', (figures) => perSecond(figures, figures.comment.commands)),
    row('… CPU ms a comment: Carillon · PostgreSQL · Redis', ({ comment }) => cpu(comment)),
    row('… written into PostgreSQL’s log a comment', ({ comment }) => `${number(comment.walBytes)} B`),
    row('… kept by PostgreSQL a comment', ({ comment }) => `${number(comment.storedBytes)} B`),
    row(
      `at ${rate} comments/s: delivered within, p50 · p99`,
      ({ delivery }) => `${number(delivery.p50, 1)} · ${number(delivery.p99, 1)} ms`,
    ),
    row('CPU ms an opened stream: Carillon · PostgreSQL · Redis', ({ opening }) => cpu(opening)),
    row('CPU ms a ping: Carillon', ({ ping }) => number(ping.carillonMs, 3)),
  ]);
}

function calculated({ kibPerStream, comment, opening, ping }: FleetFigures): string {
  const pings = users / heartbeatSeconds;
  const openings = users / maxAgeSeconds;
  const cores =
    (pings * ping.carillonMs + openings * opening.carillonMs + comments * comment.carillonMs) / 1000;
  const byCpu = cores / load;
  const byStreams = users / streamsPerProcess;
  const processes = Math.ceil(Math.max(byCpu, byStreams));
  const postgresCores = (openings * opening.postgresMs + comments * comment.postgresMs) / 1000;
  const redisCores = (openings * opening.redisMs + comments * comment.redisMs) / 1000;
  const transactions = comments * comment.transactions + openings * opening.transactions;
  // As large as most are: an excerpt has at most 140 characters.
  const data = JSON.stringify(notificationOf(1, 'r0', 'x'.repeat(140)));
  const eventBytes = Buffer.byteLength(
    eventFrame('k3f9x0qa', { userId: 'ann', seq: 1, type: 'notification', data }),
  );
  const pingBytes = Buffer.byteLength(pingFrame(1, new Date(0).toISOString()));
  const network = pings * (pingBytes + packetBytes) + comments * (eventBytes + packetBytes);
  const gib = (users * kibPerStream) / 2 ** 20;
  return table([
    [`for ${number(users)} streams and ${number(comments)} comments/s`, 'because', ''],
    ['pings', `${number(users)} / ${heartbeatSeconds} s`, `${number(pings)}/s`],
    ['streams that rotate and come back', `${number(users)} / ${maxAgeSeconds} s`, `${number(openings)}/s`],
    [
      'cores for Carillon',
      `${number(pings)} × ${number(ping.carillonMs, 3)} ms + ${number(openings)} × ${number(opening.carillonMs, 3)} ms + ${number(comments)} × ${number(comment.carillonMs, 3)} ms`,
      `**${number(cores, 1)}**`,
    ],
    [
      'processes',
      `the larger of ${number(cores, 1)} cores / ${load} and ${number(users)} / ${number(streamsPerProcess)} streams each`,
      `**${processes}**`,
    ],
    [
      'memory of all of them',
      `${number(users)} × ${number(kibPerStream, 1)} KiB`,
      `**${number(gib, 1)} GiB**`,
    ],
    [
      'cores for PostgreSQL',
      `${number(comments)} × ${number(comment.postgresMs, 3)} ms + ${number(openings)} × ${number(opening.postgresMs, 3)} ms`,
      `**${number(postgresCores, 1)}**`,
    ],
    [
      'PostgreSQL transactions',
      `${number(comments)} × ${number(comment.transactions, 2)} + ${number(openings)} × ${number(opening.transactions, 2)}; head checks add ${processes} / ${headCheckSeconds} s`,
      `${number(transactions)}/s`,
    ],
    [
      'written into its log',
      `${number(comments)} × ${number(comment.walBytes)} B`,
      `**${number((comments * comment.walBytes) / 1e6, 1)} MB/s**`,
    ],
    [
      'kept, if it goes on like this all day',
      `${number(comments)}/s × 86,400 s × ${number(comment.storedBytes)} B`,
      `**${number((comments * 86_400 * comment.storedBytes) / 1e12, 1)} TB a day**`,
    ],
    [
      'Redis messages',
      `${number(comments)} × ${number(comment.messages, 2)}, each to at most the processes on which that user has a tab`,
      `${number(comments * comment.messages)}/s`,
    ],
    [
      'Redis commands, with these',
      `${number(comments)} × ${number(comment.commands, 2)} + ${number(openings)} × ${number(opening.commands, 2)}`,
      `${number(comments * comment.commands + openings * opening.commands)}/s`,
    ],
    [
      'cores for Redis',
      `${number(comments)} × ${number(comment.redisMs, 3)} ms + ${number(openings)} × ${number(opening.redisMs, 3)} ms`,
      `**${number(redisCores, 2)}**, of the one that a Redis has: ${Math.ceil(redisCores / load)} shard${redisCores > load ? 's' : ''}`,
    ],
    [
      'to the clients, before TLS',
      `${number(pings)} × (${pingBytes} + ${packetBytes}) B + ${number(comments)} × (${eventBytes} + ${packetBytes}) B`,
      `**${number((network * 8) / 1e6)} Mbit/s**`,
    ],
  ]);
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

function number(value: number, digits = 0): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
