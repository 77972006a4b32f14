import { AsyncResource } from 'node:async_hooks';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections.ts';
import { keepPaused, limitParsing } from './node-internals.ts';

/** Most requests that wait on one connection. A connection with more ends after the last of them is answered. */
export const maxWaiting = 256;

/**
 * Answers the requests of each connection one after the other. Node hands on all requests that have arrived at once,
 * and each may be answered with megabytes. While a request waits, its connection is not read.
 */
export class Pipeline {
  readonly #connections: Connections;
  /** By connection, once a request has had to wait on it. */
  readonly #backlogs = new WeakMap<Socket, Backlog>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** Calls `handle` for each request as soon as its turn has come. */
  inTurn(handle: RequestListener): RequestListener {
    return (req, res) => {
      const { socket } = req;
      this.#connections.begin(socket, res);
      if (res.socket !== null) {
        this.#begin(socket, () => handle(req, res));
        return;
      }
      const backlog = this.#backlogOf(socket);
      backlog.add();
      // `bind` keeps the context of this request: the end of another request calls it.
      const begin = AsyncResource.bind(() => {
        backlog.remove();
        this.#begin(socket, () => handle(req, res));
      });
      // Not at once: a connection with many requests must not keep the event loop from the others.
      res.once('socket', () => setImmediate(begin));
    };
  }

  #begin(socket: Socket, handle: () => void): void {
    // Nothing comes behind a stream.
    if (this.#connections.isStream(socket)) socket.destroy();
    else if (!socket.destroyed) handle();
  }

  #backlogOf(socket: Socket): Backlog {
    let backlog = this.#backlogs.get(socket);
    if (backlog === undefined) {
      backlog = new Backlog(socket, () => this.#connections.latest(socket));
      this.#backlogs.set(socket, backlog);
    }
    return backlog;
  }
}

/** The requests that wait on one connection. */
class Backlog {
  #size = 0;
  readonly #socket: Socket;

  /** @param latest the response to the request that was parsed last. */
  constructor(socket: Socket, latest: () => { shouldKeepAlive: boolean } | undefined) {
    this.#socket = socket;
    keepPaused(socket, () => this.#size > 0);
    limitParsing(socket, () => {
      if (this.#size < maxWaiting) return false;
      const last = latest();
      if (last !== undefined) last.shouldKeepAlive = false;
      return true;
    });
  }

  add(): void {
    if (this.#size++ === 0) this.#socket.pause();
  }

  remove(): void {
    if (--this.#size === 0) this.#socket.resume();
  }
}
