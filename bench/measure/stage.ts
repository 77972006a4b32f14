import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ListenersMethods } from '../load/listeners.ts';
import { startWorker, type Worker } from '../load/rpc.ts';
import type { WritersMethods } from '../load/writers.ts';
import type { Server, ServerKind, StartOptions } from '../servers/server.ts';
import type { Bench } from './bench.ts';
import { cpuSeconds } from './process-figures.ts';

/** A server with the load processes around it. */
export interface Stage {
  readonly server: Server;
  readonly listeners: Worker<ListenersMethods>;
  readonly writers: Worker<WritersMethods>;
  /** Watches the server while `work` is done. */
  readonly watch: <T>(work: () => Promise<T>) => Promise<Watched<T>>;
}

export interface Watched<T> {
  readonly result: T;
  readonly cpuSeconds: number;
  /** The longest time that the event loop was late; undefined where there is no probe. */
  readonly loopDelayMs: number | undefined;
}

/** Starts a server and load processes for one run; they end with it. */
export async function onStage<T>(
  bench: Bench,
  kind: ServerKind,
  options: StartOptions,
  run: (stage: Stage) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(bench.folder, `${kind.name}-`));
  const listeners = startWorker<ListenersMethods>(new URL('../load/listeners.ts', import.meta.url));
  const writers = startWorker<WritersMethods>(new URL('../load/writers.ts', import.meta.url));
  let server: Server | undefined;
  try {
    server = await kind.start(folder, options);
    const { place, places = [place], path, writer, pathToAll } = server;
    await writers.ask('connect', {
      places,
      paths: [...Array.from({ length: options.owners }, (_, owner) => path(owner)), pathToAll],
      areEvents: server.takesEvents ?? false,
      writers: Array.from({ length: bench.settings.writers }, (_, index) => writer(index)),
    });
    const started = server;
    return await run({ server, listeners, writers, watch: (work) => watch(bench, kind, started, work) });
  } finally {
    await Promise.all([listeners.close(), writers.close()]);
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watch<T>(
  { profile }: Bench,
  { name }: ServerKind,
  { pids, ask }: Server,
  work: () => Promise<T>,
): Promise<Watched<T>> {
  const profiled = profile !== undefined && name === 'carillon';
  if (profiled) await ask?.('startProfile');
  await ask?.('watchLoop');
  const cpu = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = cpu();
  const result = await work();
  const used = cpu() - before;
  const loopDelayMs = await ask?.('loopDelayMs');
  if (profiled) {
    await ask?.('stopProfile', `${profile}.cpuprofile`);
    await ask?.('writeHeapSnapshot', `${profile}.heapsnapshot`);
  }
  return { result, cpuSeconds: used, loopDelayMs };
}
