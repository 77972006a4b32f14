import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { until } from '../support/wait.ts';

/** A proxy in front of Carillon, started with the configuration that docs/deploy.md shows. */
export interface Proxy {
  /** Such as `https://localhost:24000`. */
  readonly url: string;
  /** The plain port, from which it sends everybody to `url`. */
  readonly plainUrl: string;
  /** Puts these in the place of the processes that it knew, and lets it read its configuration again. */
  reload(ports: readonly number[]): Promise<void>;
  /** What docs/deploy.md says must be done before a process is stopped, and after it was started again. */
  takeOut(port: number): Promise<void>;
  putBack(port: number): Promise<void>;
  /** Everything that it wrote into its logs so far. */
  log(): string;
}

export interface ProxyKind {
  readonly name: string;
  /** Whether a request that finds no process waits for one. */
  readonly isPatient: boolean;
  /** Whether it has a line for each request in its log. */
  readonly logsRequests: boolean;
  /**
   * Starts one in front of the processes at these ports of 127.0.0.1; it ends with the test.
   * @param wrong what is changed in its configuration.
   */
  start(ports: readonly number[], wrong?: Readonly<Record<string, string>>): Promise<Proxy>;
}

/**
 * Puts what a machine's own is (ports, paths) in the place of what stands in the document.
 * @throws when something of it does not stand there: then the test would start another configuration
 */
export function fill(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((filled, [from, to]) => {
    if (!filled.includes(from)) throw new Error(`“${from}” is not in the configuration.`);
    return filled.replaceAll(from, to);
  }, text);
}

/** Waits until something listens at this port; fails when `child` has ended before. */
export async function untilListening(port: number, child: ChildProcess, output: () => string): Promise<void> {
  await until(
    () => `the proxy to listen: ${output()}`,
    () => {
      if (child.exitCode !== null) throw new Error(`The proxy ended with ${child.exitCode}: ${output()}`);
      return canConnect(port);
    },
  );
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
