import { connect, type Socket } from 'node:net';
import { nextAddress } from './address.ts';
import { nowMs } from './clock.ts';
import type { Ear, Reader } from './reader.ts';
import { socketIoReader } from './socket-io.ts';
import { sseReader } from './sse.ts';
import { Tally } from './tally.ts';

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** What the server at the other end speaks. */
export type Dialect = 'carillon' | 'sse' | 'socket.io';

/** One stream to open. */
export interface StreamRequest {
  /** Whose events it gets: the index of a user. */
  readonly owner: number;
  /** The head of the request, without the blank line. */
  readonly head: string;
  readonly dialect: Dialect;
}

/** Where a listener's news go. */
export interface Journal {
  opened(listener: Listener): void;
  heard(listener: Listener, number: number, atMs: number): void;
  doubled(listener: Listener, number: number): void;
  removed(listener: Listener, atMs: number): void;
  /** The ids of a stream left one out or went back. */
  misnumbered(listener: Listener): void;
  closed(listener: Listener): void;
}

/** What all sockets of this process read into, one after the other; nobody keeps a view of it. */
const buffer = Buffer.allocUnsafe(256 * 1024);

/** One stream of one user, on a bare socket; it can be cut and opened again from where it was. */
export class Listener implements Ear {
  readonly request: StreamRequest;
  readonly #place: Place;
  readonly #journal: Journal;
  readonly #tally = new Tally();
  #socket: Socket | undefined;
  #lastId: string | undefined;
  #lastSequence: number | undefined;
  #isReady = false;

  constructor(request: StreamRequest, place: Place, journal: Journal) {
    this.request = request;
    this.#place = place;
    this.#journal = journal;
  }

  open(): void {
    let reader: Reader | undefined = undefined;
    this.#isReady = false;
    const socket = connect({
      ...this.#place,
      localAddress: nextAddress(),
      onread: {
        buffer,
        callback: (length) => {
          reader?.read(buffer.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket = socket;
    reader = this.#readerOn(socket);
    const resume = this.#lastId === undefined ? '' : `Last-Event-ID: ${this.#lastId}\r\n`;
    socket.write(`${this.request.head}\r\n${resume}\r\n`);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket === socket) this.#journal.closed(this);
    });
  }

  /** Reads nothing any more, and leaves the connection as it is. */
  fallSilent(): void {
    this.#socket?.pause();
  }

  /** Loses the connection. */
  cut(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.resetAndDestroy();
  }

  ready(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#journal.opened(this);
  }

  heard(number: number): void {
    if (this.#tally.add(number)) this.#journal.heard(this, number, nowMs());
    else this.#journal.doubled(this, number);
  }

  removed(): void {
    this.#journal.removed(this, nowMs());
  }

  numbered(id: string, sequence: number, isEvent: boolean): void {
    const last = this.#lastSequence;
    const isNext = last === undefined || sequence === (isEvent ? last + 1 : last);
    if (!isNext) this.#journal.misnumbered(this);
    this.#lastId = id;
    this.#lastSequence = sequence;
  }

  #readerOn(socket: Socket): Reader {
    const { dialect, owner } = this.request;
    return dialect === 'socket.io'
      ? socketIoReader(socket, this, `u${owner}`)
      : sseReader(this, dialect === 'carillon');
  }
}
