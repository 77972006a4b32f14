import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { releaseConnection } from './node-internals.ts';

/** The connections of a server: what HTTP is answering on each, and which have become streams. */
export class Connections {
  readonly #latest = new WeakMap<Socket, ServerResponse>();
  readonly #streams = new Set<object>();

  /** A request has begun, which is answered by `response`. */
  begin(socket: Socket, response: ServerResponse): void {
    this.#latest.set(socket, response);
  }

  /** The response to the request that began last on this connection; undefined before the first. */
  latest(socket: Socket): ServerResponse | undefined {
    return this.#latest.get(socket);
  }

  /**
   * Makes a stream of a connection in the middle of `response`, which goes on past HTTP. For HTTP, and for whoever waits
   * for the end of the request, it is finished: what they keep of both until then would be half of what an idle stream
   * costs. Whoever hears of the end of the connection calls `endStream`: one more listener would cost as much again.
   */
  becomeStream(socket: Socket, response: ServerResponse): void {
    this.#latest.delete(socket);
    this.#streams.add(socket);
    releaseConnection(response);
    socket.setTimeout(0); // It may be silent for long; pings and the maximum age look after it.
  }

  /** Whether a stream runs on `socket`; then no answer to anything else may be written to it. */
  isStream(socket: Socket): boolean {
    return this.#streams.has(socket);
  }

  /** The connection of a stream has ended; one that shares its connection was never counted. */
  endStream(connection: object): void {
    this.#streams.delete(connection);
  }

  /** How many streams are still connected, those included that have said goodbye. */
  get streams(): number {
    return this.#streams.size;
  }
}
