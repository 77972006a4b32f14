import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createClient } from '@redis/client';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';
import { pathOf } from './needs.ts';
import { temporaryFolder } from './server.ts';
import { until } from './wait.ts';

/** A Redis of its own for one test, which keeps nothing on the disk. */
export class TestRedis {
  readonly #port: number;
  readonly #options: readonly string[];
  readonly #folder = temporaryFolder();
  #process: ChildProcess | undefined;

  private constructor(port: number, options: readonly string[]) {
    this.#port = port;
    this.#options = options;
  }

  /** Starts one on a port that was free; it ends with the test. @param options such as `--requirepass`, `secret` */
  static async run(...options: readonly string[]): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), options);
    onTestFinished(() => redis.kill());
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Starts it again after `kill`. */
  async start(): Promise<void> {
    const options = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', '', ...this.#options];
    const child = spawn(pathOf('redis'), options, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
    const isReady = () => /ready to accept connections/i.test(output);
    await until(
      () => `redis-server to be ready: ${output}`,
      () => isReady() || child.exitCode !== null,
    );
    if (!isReady()) throw new Error(`redis-server ended at once:\n${output}`);
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Stops it as it is: its connections stay, and nobody answers. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Sends commands as an operator would, on a connection of their own. */
  async command(...command: string[]): Promise<unknown> {
    const client = createClient({ url: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(command);
    } finally {
      client.destroy();
    }
  }

  /** The channels that somebody listens to, sharded ones included. */
  async channels(pattern = '*'): Promise<readonly string[]> {
    const lists = await Promise.all([
      this.command('PUBSUB', 'CHANNELS', pattern),
      this.command('PUBSUB', 'SHARDCHANNELS', pattern),
    ]);
    return (lists as string[][]).flat().sort();
  }
}
