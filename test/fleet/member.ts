import { ask } from '../chaos/ask.ts';
import { publishToken, secret } from '../chaos/tokens.ts';
import { freePort } from '../support/free-port.ts';
import { type ServerProcess, spawnServer } from '../support/process.ts';
import { temporaryFolder } from '../support/server.ts';

/** One process of a fleet: always at the same address. */
export class Member {
  readonly url: string;
  /** Ends that nobody asked for, and ends that did not go as they should; a sentence each. */
  readonly crashes: string[] = [];
  /** How often it was started. */
  run = 0;
  readonly #environment: Record<string, string>;
  #process: ServerProcess | undefined;
  #endIsExpected = false;

  private constructor(port: number, environment: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
    this.#environment = {
      JWT_SECRET: secret,
      PUBLISH_TOKENS: `chaos:${publishToken}`,
      PUBLISHES_PER_MINUTE: '1000000000',
      NODE_ENV: 'production',
      // A reader that hears nothing for 5 s takes its connection for dead.
      HEARTBEAT_SECONDS: '1',
      MAX_STREAMS_PER_USER: '1000',
      ...environment,
      PORT: String(port),
    };
  }

  /** Starts one on a port that was free; it ends with the test. */
  static async start(environment: Record<string, string>): Promise<Member> {
    const member = new Member(await freePort(), environment);
    await member.start();
    return member;
  }

  /** Starts it again. */
  async start(): Promise<void> {
    this.run++;
    this.#endIsExpected = false;
    const server = await spawnServer(temporaryFolder(), this.#environment);
    this.#process = server;
    void server.exited.then((how) => {
      if (!this.#endIsExpected)
        this.crashes.push(`run ${this.run} ended with ${how}:\n${server.output().slice(-1_000)}`);
    });
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    this.#endIsExpected = true;
    this.#process?.child.kill('SIGKILL');
    await this.#process?.exited;
  }

  /** Stops it with SIGTERM, which must end it with 0. */
  async stop(): Promise<void> {
    this.#endIsExpected = true;
    this.#process?.child.kill('SIGTERM');
    const code = await this.#process?.exited;
    if (code !== 0) this.crashes.push(`run ${this.run} ended with ${code} after SIGTERM`);
  }

  /** The values of its metrics by name and labels; none when it does not answer. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    try {
      const { text } = await ask(`${this.url}/metrics`);
      const samples = text.matchAll(/^([a-z_]+(?:\{[^}]*\})?) (\S+)$/gm);
      return new Map([...samples].map(([, name = '', value]) => [name, Number(value)]));
    } catch {
      return new Map();
    }
  }
}
