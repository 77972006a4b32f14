import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { until } from '../support/wait.ts';
import type { Resource } from './history.ts';
import type { TormentedServer } from './server.ts';

/** Closing takes a while. */
const restLimitMs = 20_000;

/** What a server uses: what it says itself, and what the kernel says of it. */
export interface Usage {
  readonly streams: number;
  readonly bufferedBytes: number;
  readonly timers: number;
  readonly sockets: number;
  readonly files: number;
  readonly residentMebibytes: number;
}

/** The connection of whoever asks, and what a library keeps for a while. */
const allowances = { streams: 0, bufferedBytes: 0, timers: 3, sockets: 2, files: 2 };

/** @returns undefined when the server does not answer. */
export async function resourcesOf(
  server: Pick<TormentedServer, 'metrics' | 'pid'>,
): Promise<Usage | undefined> {
  const metrics = await server.metrics();
  if (metrics === undefined) return undefined;
  const { sockets, files } = descriptorsOf(server.pid);
  return {
    streams: metrics.get('carillon_streams_open') ?? 0,
    bufferedBytes: metrics.get('carillon_buffered_bytes') ?? 0,
    timers: metrics.get('nodejs_active_resources{type="Timeout"}') ?? 0,
    sockets,
    files,
    residentMebibytes: residentMebibytes(server.pid),
  };
}

/**
 * Compares what the server uses now that everybody has gone with what it used before they came.
 * @param memoryAllowance how many mebibytes more are no leak; undefined where memory is not judged.
 */
export async function compareUsage(
  server: TormentedServer,
  before: Usage,
  memoryAllowance?: number,
): Promise<Resource[]> {
  let resources: Resource[] = [];
  const isBack = async () => {
    const after = await resourcesOf(server);
    if (after !== undefined) resources = compare(before, after, memoryAllowance);
    return after !== undefined && resources.every((one) => one.after <= one.before + one.allowance);
  };
  // What is not back by then is a finding, and so no reason to fail here.
  await until('the server to come to rest', isBack, restLimitMs).catch(() => undefined);
  return resources;
}

function compare(before: Usage, after: Usage, memoryAllowance?: number): Resource[] {
  const names = Object.keys(allowances) as (keyof typeof allowances)[];
  const counted = names.map((name) => ({
    name,
    before: before[name],
    after: after[name],
    allowance: allowances[name],
  }));
  return [
    ...counted,
    {
      name: 'memory in MiB',
      before: before.residentMebibytes,
      after: after.residentMebibytes,
      allowance: memoryAllowance ?? Infinity,
    },
  ];
}

/** How many sockets and files on a disk it has open; nothing where there is no /proc. */
function descriptorsOf(pid: number): { sockets: number; files: number } {
  const folder = `/proc/${pid}/fd`;
  let sockets = 0;
  let files = 0;
  for (const name of namesIn(folder)) {
    const target = linkOf(`${folder}/${name}`);
    if (target?.startsWith('socket:') === true) sockets++;
    else if (target?.startsWith('/') === true) files++;
  }
  return { sockets, files };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // The process has just ended, or this is not Linux.
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // Closed since it was listed.
  }
}

function residentMebibytes(pid: number): number {
  try {
    const kibibytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kibibytes ?? 0) / 1024);
  } catch {
    return 0; // As above.
  }
}
