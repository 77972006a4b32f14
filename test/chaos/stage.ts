import { openFileLimit } from '../../src/open-files.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { ask } from './ask.ts';
import { Clock } from './clock.ts';
import { openDisk } from './disk.ts';
import { Evidence } from './evidence.ts';
import { excuseOfStrace } from './faults/disk.ts';
import type { Publication, Write } from './history.ts';
import { Markers } from './markers.ts';
import { crowd, Publishers } from './publishers.ts';
import { Readers } from './readers/readers.ts';
import type { RunOptions } from './run.ts';
import { TormentedServer } from './server.ts';
import { Tokens } from './tokens.ts';
import type { World } from './world.ts';
import { Writers } from './writers.ts';

/** The world of one run and what it leaves behind. */
export interface Stage {
  readonly world: World;
  readonly users: readonly string[];
  readonly writes: readonly Write[];
  readonly publications: readonly Publication[];
  readonly notes: readonly string[];
  closeProxies(): Promise<void>;
  /** Ends whatever is still there. */
  close(): Promise<void>;
}

const owners = ['ann', 'ben', 'cat', 'dan', 'eve'];
/** Who owns no report, and hears only of where they comment and what is published. */
const guests = ['fay', 'gus'];
/** How large a disk is that can be filled: more than a run of so many seconds writes. */
const diskMebibytes = (seconds: number) => 1_024 + 4 * seconds;
/** Of the files that a process may have open. */
const herdShare = 0.6;
/** As long as a title may be and four bytes a character: large frames fill a socket soon. */
const title = '📚'.repeat(200);

/** Starts a server and everybody around it; the readers begin to follow. */
export async function createStage(options: RunOptions): Promise<Stage> {
  const { seed, seconds, faults, pauseMs, herdSize, source } = options;
  const disk = openDisk(faults.includes('full-disk') ? diskMebibytes(seconds) : undefined);
  const clock = new Clock(disk.folder);
  const server = new TormentedServer({ port: await freePort(), folder: disk.folder, clock, source });
  // Whatever ends this process must leave neither a server nor a disk behind.
  const cutOff = () => {
    server.signal('SIGKILL');
    disk.close();
  };
  const end = async () => {
    process.off('exit', cutOff);
    await server.kill();
    disk.close();
  };
  process.on('exit', cutOff);
  try {
    await server.start();
    const tokens = new Tokens(clock);
    const proxies = await Promise.all([FaultyProxy.start(server.url), FaultyProxy.start(server.url)]);
    const urls = [server.url, ...proxies.map(({ url }) => url)];
    const readers = new Readers({ tokens, serverRun: () => server.run });
    openTabs(readers, urls);
    const reportOf = await addReports(server.url, tokens);
    const writes: Write[] = [];
    const publications: Publication[] = [];
    const notes: string[] = [];
    const authors = [...owners, ...guests];
    const reports = [...reportOf.values()];
    const writers = new Writers({ seed, tokens, urls, authors, reports, log: writes, pauseMs });
    const world: World = {
      server,
      proxies,
      clock,
      disk,
      tokens,
      readers,
      writers,
      publishers: new Publishers({ seed, clock, urls, people: authors, log: publications, pauseMs }),
      markers: new Markers({ seed, tokens, url: server.url, users: owners }),
      evidence: new Evidence(server),
      straceExcuse: await excuseOfStrace(server.pid),
      reportOf,
      herdSize: Math.min(herdSize, Math.floor(herdShare * openFileLimit())),
      note: (text) => notes.push(text),
    };
    let proxiesAreOpen = true;
    const closeProxies = async () => {
      if (!proxiesAreOpen) return;
      proxiesAreOpen = false;
      await Promise.all(proxies.map((proxy) => proxy.close()));
    };
    const close = async () => {
      readers.close();
      await closeProxies();
      await end();
    };
    return { world, users: [...authors, ...crowd], writes, publications, notes, closeProxies, close };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Everybody has one tab of each kind, and each of them another way to the server. */
function openTabs(readers: Readers, urls: readonly string[]): void {
  for (const [i, user] of [...owners, ...guests].entries()) {
    const url = (nth: number) => urls[(i + nth) % urls.length] ?? '';
    readers.openEventSource({ user, url: url(0) });
    readers.openRaw({ user, url: url(1) });
    readers.openFetch({ user, url: url(2) });
  }
}

async function addReports(url: string, tokens: Tokens): Promise<Map<string, string>> {
  const reports = new Map<string, string>();
  for (const owner of owners) {
    const token = await tokens.lasting(owner);
    const { json } = await ask(`${url}/reports`, { method: 'POST', token, body: { title } });
    reports.set(owner, json.id as string);
  }
  return reports;
}
