import { pauseMs, type Past } from './backoff.ts';
import type { ConnectionState, Frame } from './client.ts';
import type { Connection, StreamRequest } from './connection.ts';
import { type GoodbyeReason, isLogged, type RawFrame } from './frame.ts';
import { RequestError } from './request-error.ts';
import { createWatchdog, limitFor } from './watchdog.ts';

export interface LinkParts {
  readonly connection: Connection;
  /** What opens the stream behind the last good event. */
  readonly request: () => Promise<StreamRequest>;
  /** Takes a frame. @returns whether something before it is missing: then the connection is of no use any more. */
  readonly take: (frame: Frame) => boolean;
  readonly changed: (state: ConnectionState) => void;
}

/**
 * Resolves when a connection is wanted and may be opened; when `signal` is aborted it may stay pending.
 * @throws whatever shows that nobody is signed in, or that Carillon cannot be reached.
 */
export type Ready = (signal: AbortSignal) => Promise<void>;

/** Keeps a connection open for as long as it is wanted, and never gives up, except when nobody is signed in. */
export interface Link {
  /** Silence after which a connection is given up, in milliseconds. */
  limitMs(): number;
  /** @param ready what each connection waits for. */
  start(ready: Ready): void;
  stop(): void;
  /** Ends the present connection, which is no failure, and asks again whether another one is wanted. */
  restart(): void;
  /** Something may be better now: looks whether the connection still lives, and does not wait for the next attempt. */
  wake(): void;
  /** The network has gone: a connection over it is not to be trusted. */
  distrust(): void;
}

/** Why a connection that is not wanted any longer is aborted. */
const unwanted = 'unwanted';

export function createLink({ connection, request, take, changed }: LinkParts): Link {
  /** Names the present run; undefined while stopped. A run that has ended may still have to notice it. */
  let running: object | undefined;
  let round = new AbortController();
  /** Connections in a row that did not become live. */
  let failures = 0;
  /** How the last one ended. */
  let past: Omit<Past, 'failures'> = {};
  /** When the last live one was lost; undefined while there is one. */
  let since: number | undefined;
  /** Ends the present pause; undefined while there is none. */
  let goOn: (() => void) | undefined;
  const watchdog = createWatchdog(() => round.abort());

  const run = async (ready: Ready) => {
    const own = (running = {});
    while (running === own) {
      const { signal } = (round = new AbortController());
      past = {};
      try {
        await Promise.race([
          open(ready, signal),
          new Promise((resolve) => signal.addEventListener('abort', resolve)),
        ]);
      } catch (error) {
        if (running === own && isSignedOut(error)) {
          running = since = undefined;
          watchdog.stop();
          changed({ status: 'signedOut', code: error.status, detail: error.message });
        }
      }
      if (running !== own) return;
      watchdog.stop();
      if (signal.reason === unwanted) continue;
      // One that was given up because of what it sent is still open.
      round.abort();
      lost();
      await new Promise<void>((resolve) => {
        goOn = resolve;
        setTimeout(resolve, pauseMs({ ...past, failures: failures++ }));
      });
      goOn = undefined;
    }
  };

  /** One connection, from the wish for it to its end. */
  const open = async (ready: Ready, signal: AbortSignal) => {
    await ready(signal);
    if (signal.aborted) return;
    watchdog.heard();
    const asked = await request();
    if (hasEnded(signal)) return;
    const ending = await connection(asked, listen(signal), signal);
    if (hasEnded(signal)) return;
    if (isSignedOut(ending)) throw new RequestError('Refused.', ending);
    past = { ...past, ...ending };
  };

  const listen = (signal: AbortSignal) => {
    let isSynced = false;
    let lastPing = NaN;
    return {
      alive: () => watchdog.heard(),
      frame: (raw: RawFrame) => {
        const { event, data } = raw;
        if (event === 'ping') {
          const now = Date.now();
          watchdog.limitMs = limitFor(now - lastPing) || watchdog.limitMs;
          lastPing = now;
        }
        if (event === 'goodbye') past = JSON.parse(data) as { reason: GoodbyeReason };
        watchdog.heard();
        if (take({ ...raw, replayed: isLogged(event) && !isSynced })) round.abort();
        if (event !== 'sync' || signal.aborted) return;
        isSynced = true;
        failures = 0;
        since = undefined;
        changed({ status: 'live', since: Date.now() });
      },
    };
  };

  /** Says so, as of the moment when the last live connection was lost. */
  const lost = () => {
    since ??= Date.now();
    const isOffline = (globalThis.navigator as Navigator | undefined)?.onLine === false;
    changed({ status: isOffline ? 'offline' : 'reconnecting', since });
  };

  const restart = () => {
    round.abort(unwanted);
    goOn?.();
  };

  return {
    limitMs: () => watchdog.limitMs,
    start: (ready) => {
      if (running === undefined) void run(ready);
    },
    stop: () => {
      running = undefined;
      watchdog.stop();
      restart();
    },
    restart,
    wake: () => {
      watchdog.check();
      // A full server has said when to come back.
      if (past.reason !== 'busy') goOn?.();
    },
    distrust: () => {
      round.abort();
      if (goOn !== undefined) lost();
    },
  };
}

/** Also of what an application's own `token` and `getTicket` throw. */
export function isSignedOut(
  error: unknown,
): error is { readonly status: 401 | 403; readonly message: string } {
  const { status } = (error ?? {}) as { status?: unknown };
  return status === 401 || status === 403;
}

/** A check that TypeScript does not take for one that was made before an `await`. */
function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}
