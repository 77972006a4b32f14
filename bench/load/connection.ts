import { connect, type Socket } from 'node:net';
import { nextAddress } from './address.ts';
import type { Place } from './listener.ts';

const headEnd = Buffer.from('\r\n\r\n');

/** Servers end connections that are idle for 5 s, and a request that crosses that end is lost: we are quicker. */
const maxIdleMs = 2_000;

/** A keep-alive connection on which requests go out one after the other. */
export class Connection {
  readonly #place: Place;
  #socket: Socket | undefined;
  #usedMs = 0;
  #rest: Buffer | undefined;
  #waiting: PromiseWithResolvers<Answer> | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Sends a whole request, and resolves with its answer. */
  send(request: string): Promise<Answer> {
    this.#waiting = Promise.withResolvers<Answer>();
    const isFresh = performance.now() - this.#usedMs < maxIdleMs;
    if (!isFresh) this.#socket?.destroy();
    if (!isFresh || this.#socket === undefined || this.#socket.destroyed) this.#socket = this.#connect();
    this.#socket.write(request);
    return this.#waiting.promise;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket?.destroy();
  }

  #connect(): Socket {
    const socket = connect({ ...this.#place, localAddress: nextAddress(), noDelay: true });
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket === socket) this.#waiting?.reject(new Error('A request was not answered.'));
    });
    return socket;
  }

  #read(bytes: Buffer): void {
    const all = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = all.indexOf(headEnd);
    const length = end === -1 ? undefined : contentLength(all.toString('latin1', 0, end));
    if (length === undefined || all.length < end + headEnd.length + length) {
      this.#rest = all;
      return;
    }
    this.#rest = undefined;
    this.#usedMs = performance.now();
    const answer = {
      status: Number(all.toString('latin1', 9, 12)),
      body: all.subarray(end + headEnd.length),
    };
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(answer);
  }
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

function contentLength(head: string): number {
  if (head.startsWith('HTTP/1.1 204')) return 0;
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
  if (length === undefined) throw new Error(`An answer without a length: ${head}`);
  return Number(length);
}

/** A `POST` of JSON, whole. */
export function postRequest(path: string, headers: string, body: string): string {
  return requestOf('POST', path, headers, body);
}

/** A request of JSON, whole; without a body when that is empty. */
export function requestOf(method: string, path: string, headers: string, body: string): string {
  const type = body === '' ? '' : 'Content-Type: application/json\r\n';
  return `${method} ${path} HTTP/1.1\r\n${headers}\r\n${type}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
