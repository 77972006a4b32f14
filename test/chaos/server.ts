import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { collectLog } from '../support/log-collector.ts';
import { until } from '../support/wait.ts';
import { ask } from './ask.ts';
import type { Clock } from './clock.ts';
import { publishToken, secret } from './tokens.ts';
import { resourcesOf, type Usage } from './usage.ts';

const ownSource = fileURLToPath(new URL('../..', import.meta.url));
const preload = new URL('preload.ts', import.meta.url).href;
/** Generous: nothing is judged by how long it takes. */
const startLimitMs = 60_000;
const endLimitMs = 60_000;
/** Another program may have taken the port meanwhile; it will not keep it for long. */
const startAttempts = 10;

interface ServerParts {
  readonly port: number;
  readonly folder: string;
  readonly clock: Clock;
  /** Where its source is; this one unless given. */
  readonly source?: string | undefined;
}

/** The server that the nemesis torments: always at the same address, now and then in another process. */
export class TormentedServer {
  /** How often it was started. */
  run = 0;
  /** The runs that ended with kill -9. */
  readonly killed = new Set<number>();
  /** What nobody asked for; a sentence each. */
  readonly crashes: string[] = [];
  /** What it used when it was first started and nobody had come. */
  baseline: Usage | undefined;
  readonly url: string;
  readonly #parts: ServerParts;
  #child: ChildProcess | undefined;
  #exited: Promise<number | string> = Promise.resolve(0);
  #endIsExpected = false;
  #output = '';

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.url = `http://127.0.0.1:${parts.port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get database(): string {
    return join(this.#parts.folder, 'carillon.db');
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Starts it, unless it runs. */
  async start(): Promise<void> {
    if (this.isRunning) return;
    for (let attempt = 1; !(await this.#starts()); attempt++) {
      if (attempt === startAttempts) throw new Error(`The server does not start:\n${this.#output}`);
      await sleep(500);
    }
    this.#endIsExpected = false;
    this.baseline ??= await resourcesOf(this);
  }

  async kill(): Promise<void> {
    this.killed.add(this.run);
    this.#endIsExpected = true;
    this.signal('SIGKILL');
    await this.#exited;
  }

  /** Stops it with SIGTERM, which must end it with 0. */
  async stop(): Promise<void> {
    this.#endIsExpected = true;
    this.signal('SIGTERM');
    const code = await this.#end();
    if (code !== 0) this.crashes.push(`run ${this.run} ended with ${code} after SIGTERM:\n${this.#output}`);
  }

  /** Waits for it to end by itself, as it must after a failed fsync. @returns its exit code */
  async end(): Promise<number | string> {
    this.#endIsExpected = true;
    return this.#end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** The values of its metrics by name and labels; undefined when it does not answer. */
  async metrics(): Promise<ReadonlyMap<string, number> | undefined> {
    try {
      const { status, text } = await ask(`${this.url}/metrics`);
      if (status !== 200) return undefined;
      const samples = text.matchAll(/^([a-z_]+(?:\{[^}]*\})?) (\S+)$/gm);
      return new Map([...samples].map(([, name = '', value]) => [name, Number(value)]));
    } catch {
      return undefined; // It is down, or stopped; whoever asks knows that this happens.
    }
  }

  /** @returns whether it answers; otherwise it has ended */
  async #starts(): Promise<boolean> {
    // Before it answers anybody: what they hear is of this run.
    this.run++;
    this.#spawn();
    await until('the server to answer', () => this.#answersOrEnded(), startLimitMs);
    return this.isRunning;
  }

  #spawn(): void {
    const { port, folder, clock, source = ownSource } = this.#parts;
    const child = spawn(process.execPath, ['--import', preload, join(source, 'src/main.ts')], {
      stdio: 'pipe',
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        DATABASE_URL: `file:${join(folder, 'carillon.db')}`,
        JWT_SECRET: secret,
        NODE_ENV: 'production',
        LOG_LEVEL: 'error',
        HEARTBEAT_SECONDS: '1',
        RETENTION_DAYS: '1',
        MAX_STREAMS_PER_USER: '100000',
        WRITES_PER_MINUTE: '1000000000',
        PUBLISH_TOKENS: `chaos:${publishToken}`,
        PUBLISHES_PER_MINUTE: '1000000000',
        STREAM_OPENINGS_PER_MINUTE: '1000000000',
        CHAOS_CLOCK: clock.path,
      },
    });
    const keep = (bytes: Buffer) => (this.#output = (this.#output + bytes.toString()).slice(-1_000));
    child.stdout.on('data', keep).on('data', collectLog());
    child.stderr.on('data', keep);
    this.#child = child;
    // A server that does not start ends as well; `start` sees that.
    this.#endIsExpected = true;
    this.#exited = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
      this.#child = undefined;
      const how = code ?? signal ?? 'nothing';
      if (!this.#endIsExpected)
        this.crashes.push(`run ${this.run} ended by itself with ${how}:\n${this.#output}`);
      return how;
    });
  }

  async #end(): Promise<number | string> {
    const giveUp = new AbortController();
    const late = sleep(endLimitMs, 'late', { signal: giveUp.signal }).catch(() => 'late');
    const how = await Promise.race([this.#exited, late]);
    giveUp.abort();
    if (how !== 'late') return how;
    this.crashes.push(`run ${this.run} did not end within ${endLimitMs / 1000} s:\n${this.#output}`);
    this.signal('SIGKILL');
    return this.#exited;
  }

  async #answersOrEnded(): Promise<boolean> {
    if (!this.isRunning) return true;
    return ask(`${this.url}/healthz`).then(
      ({ status }) => status === 200,
      () => false,
    );
  }
}
