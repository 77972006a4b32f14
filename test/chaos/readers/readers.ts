import type { Socket } from 'node:net';
import { until } from '../../support/wait.ts';
import type { ReaderLog } from '../history.ts';
import type { Tokens } from '../tokens.ts';
import { EventSourceReader } from './event-source-reader.ts';
import { connectByFetch } from './fetch-connect.ts';
import { Journal, type KnownEvents } from './journal.ts';
import { connectBySocket } from './raw-connect.ts';
import type { Reader } from './reader.ts';
import { ResumingReader } from './resuming-reader.ts';

interface ReadersParts {
  readonly tokens: Tokens;
  /** How often the server was started by now. */
  readonly serverRun: () => number;
}

interface Opening {
  readonly user: string;
  readonly url: string;
  /** Where it begins; at the present end unless given. */
  readonly cursor?: string;
  readonly token?: () => Promise<string>;
}

/** All readers of a run, and what they have seen. */
export class Readers {
  readonly #parts: ReadersParts;
  readonly #open = new Set<Reader>();
  readonly #logs: ReaderLog[] = [];
  readonly #known: KnownEvents = new Map();

  constructor(parts: ReadersParts) {
    this.#parts = parts;
  }

  get logs(): readonly ReaderLog[] {
    return this.#logs;
  }

  /** Those that are still following. */
  get open(): readonly Reader[] {
    return [...this.#open];
  }

  /** A tab in a browser: the npm package `eventsource`. */
  openEventSource(opening: Opening): Reader {
    return this.#keep(new EventSourceReader(this.#begin('eventsource', opening)));
  }

  /** A client with `fetch`, which waits as it is told. */
  openFetch(opening: Opening): ResumingReader {
    const parts = this.#begin('fetch', opening);
    return this.#keep(new ResumingReader({ ...parts, connect: connectByFetch, isPatient: true }));
  }

  /** A client on a bare socket, which comes back at once. */
  openRaw(opening: Opening): ResumingReader {
    const parts = this.#begin('raw socket', opening);
    return this.#keep(new ResumingReader({ ...parts, connect: connectBySocket(), isPatient: false }));
  }

  /** One of many on bare sockets, which wait as they are told. */
  openInHerd(opening: Opening): ResumingReader {
    const parts = this.#begin('one of a herd', opening);
    return this.#keep(new ResumingReader({ ...parts, connect: connectBySocket(), isPatient: true }));
  }

  /** A client on a bare socket that can be kept from reading. */
  openSlow(opening: Opening): { reader: ResumingReader; socket: () => Socket | undefined } {
    const parts = this.#begin('slow tab', opening);
    let socket: Socket | undefined;
    const connect = connectBySocket((one) => (socket = one));
    const reader = this.#keep(new ResumingReader({ ...parts, connect, isPatient: false, isWatchful: false }));
    return { reader, socket: () => socket };
  }

  /** A client on a bare socket that can be away for a while. */
  openAbsent(opening: Opening): { reader: Reader; leave: () => void; comeBack: () => void } {
    const parts = this.#begin('absent tab', opening);
    const connect = connectBySocket();
    let isAway = false;
    const reader = this.#keep(
      new ResumingReader({
        ...parts,
        connect: async (connection) => (isAway ? undefined : connect(connection)),
        isPatient: false,
      }),
    );
    const leave = () => {
      isAway = true;
      reader.breakOff();
    };
    return { reader, leave, comeBack: () => void (isAway = false) };
  }

  /** Ends a reader before the others: it need not have seen everything. */
  dismiss(reader: Reader): void {
    reader.journal.log.isComplete = false;
    reader.close();
    this.#open.delete(reader);
  }

  /** Waits until everybody who still reads has seen what there is; who has not in time is a case for the checker. */
  async readToEnd(heads: ReadonlyMap<string, number>, limitMs: number): Promise<void> {
    const lacks = ({ journal: { log, cursor, seq } }: Reader) =>
      log.isComplete && (cursor === undefined || seq < (heads.get(log.user) ?? 0));
    await until('the readers', () => !this.open.some(lacks), limitMs).catch(() => undefined);
  }

  close(): void {
    for (const reader of this.#open) reader.close();
    this.#open.clear();
  }

  #begin(kind: string, { user, url, cursor, token }: Opening) {
    const { tokens, serverRun } = this.#parts;
    const journal = new Journal(
      `${user}'s ${kind} ${this.#logs.length + 1}`,
      user,
      serverRun,
      this.#known,
      cursor,
    );
    this.#logs.push(journal.log);
    return { journal, url, token: token ?? (() => tokens.lasting(user)) };
  }

  #keep<T extends Reader>(reader: T): T {
    this.#open.add(reader);
    return reader;
  }
}
