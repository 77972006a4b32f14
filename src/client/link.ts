import { pauseMs } from './backoff.ts';
import type { ConnectionState, Frame } from './client.ts';
import type { Connection, Ending, StreamRequest } from './connection.ts';
import { type GoodbyeReason, isLogged, type RawFrame } from './frame.ts';
import { RequestError } from './request-error.ts';
import { Watchdog } from './watchdog.ts';

export interface LinkParts {
  readonly connection: Connection;
  /**
   * Resolves when a connection is wanted and may be opened; when `signal` is aborted it may stay pending.
   * @throws whatever shows that nobody is signed in, or that Carillon cannot be reached.
   */
  ready(signal: AbortSignal): Promise<void>;
  /** What opens the stream behind the last good event. */
  request(): Promise<StreamRequest>;
  /** Takes a frame. @returns whether something before it is missing: then the connection is of no use any more. */
  take(frame: Frame): boolean;
  changed(state: ConnectionState): void;
}

/** Keeps a connection open for as long as it is wanted, and never gives up, except when nobody is signed in. */
export class Link {
  readonly #parts: LinkParts;
  readonly #watchdog = new Watchdog(() => this.#round?.abort());
  #round: AbortController | undefined;
  /** Names the present run; undefined while stopped. A run that has ended may still have to notice it. */
  #running: object | undefined;
  #since: number | undefined;
  #failures = 0;
  #past: Omit<Ending, 'status'> & { reason?: GoodbyeReason } = {};
  /** Ends the present pause; undefined while there is none. */
  #resume: (() => void) | undefined;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  get limitMs(): number {
    return this.#watchdog.limitMs;
  }

  start(): void {
    if (this.#running !== undefined) return;
    this.#running = {};
    void this.#run(this.#running);
  }

  stop(): void {
    this.#running = undefined;
    this.restart();
  }

  /** Ends the present connection, which is no failure, and asks again whether another one is wanted. */
  restart(): void {
    this.#round?.abort('unwanted');
    this.#resume?.();
  }

  /** Something may be better now: looks whether the connection still lives, and does not wait for the next attempt. */
  wake(): void {
    this.#watchdog.check();
    // A full server has said when to come back.
    if (this.#past.reason !== 'busy') this.#resume?.();
  }

  /** The network has gone, or another one has come: a connection over it is not to be trusted. */
  distrust(): void {
    this.#round?.abort();
    if (this.#resume !== undefined) this.#lost();
  }

  async #run(run: object): Promise<void> {
    while (this.#running === run) {
      const round = (this.#round = new AbortController());
      this.#past = {};
      const wasUnwanted = await this.#attempt(round.signal).catch((error: unknown) => {
        if (isSignedOut(error)) this.#signedOut(error);
        return false;
      });
      if (this.#running !== run || wasUnwanted) continue;
      this.#lost();
      await this.#pause(pauseMs({ ...this.#past, failures: this.#failures++ }));
    }
  }

  /** @returns whether it ended because it was not wanted any longer. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const opened = this.#open(signal);
    await Promise.race([aborted, opened]).finally(() => this.#watchdog.stop());
    // What failed after the end of its round is of no interest to the next.
    if (signal.aborted) opened.catch(() => undefined);
    return signal.reason === 'unwanted';
  }

  async #open(signal: AbortSignal): Promise<void> {
    await this.#parts.ready(signal);
    if (signal.aborted) return;
    this.#watchdog.start();
    const request = await this.#parts.request();
    if (hasEnded(signal)) return;
    const { status, retryMs } = await this.#parts.connection(request, this.#listener(signal), signal);
    if (hasEnded(signal)) return;
    if (status === 401 || status === 403)
      throw new RequestError(`The stream was refused with ${status}.`, { status });
    this.#past = { ...this.#past, retryMs };
  }

  #listener(signal: AbortSignal) {
    let isSynced = false;
    return {
      alive: () => this.#watchdog.heard(),
      frame: (raw: RawFrame) => {
        if (signal.aborted) return;
        this.#watchdog.heard(raw.event);
        if (raw.event === 'goodbye') this.#past = { reason: reasonIn(raw.data) };
        if (this.#parts.take({ ...raw, replayed: isLogged(raw.event) && !isSynced })) this.#round?.abort();
        if (raw.event !== 'sync' || hasEnded(signal)) return;
        isSynced = true;
        this.#live();
      },
    };
  }

  #live(): void {
    this.#failures = 0;
    this.#since = undefined;
    this.#parts.changed({ status: 'live', since: Date.now() });
  }

  /** Says so, as of the moment when the last live connection was lost. */
  #lost(): void {
    this.#since ??= Date.now();
    const isOffline = (globalThis.navigator as Navigator | undefined)?.onLine === false;
    this.#parts.changed({ status: isOffline ? 'offline' : 'reconnecting', since: this.#since });
  }

  #signedOut({ status, message }: { status: 401 | 403; message: string }): void {
    this.#running = undefined;
    this.#since = undefined;
    this.#failures = 0;
    this.#parts.changed({ status: 'signedOut', code: status, detail: message });
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#resume = undefined;
  }
}

/** A check that TypeScript does not take for one that was made before an `await` or a call. */
function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Also of what an application's own `token` and `getTicket` throw. */
export function isSignedOut(error: unknown): error is { status: 401 | 403; message: string } {
  const { status } = (error ?? {}) as { status?: unknown };
  return status === 401 || status === 403;
}

function reasonIn(data: string): GoodbyeReason {
  return (JSON.parse(data) as { reason: GoodbyeReason }).reason;
}
