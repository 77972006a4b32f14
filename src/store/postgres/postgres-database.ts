import type { Pool } from 'pg';
import { AppError } from '../../domain/errors.ts';
import type { StoreParts } from '../../domain/store.ts';
import type { Database, Reader, Transaction } from '../../use-cases/transaction.ts';
import { GroupCommit } from '../group-commit.ts';
import { BusyLanes } from './busy-lanes.ts';
import { PostgresCommitter } from './committer.ts';
import { faultOf, isConflict, isConnectionLost } from './faults.ts';
import { PostgresReader, type Send } from './reader.ts';
import { Writer } from './writer.ts';

/** How often something is read when connections are cut. */
const maxTries = 2;

/** What an open database is made of. */
export interface Opened {
  readonly url: string;
  readonly epoch: string;
  /** Connections that read. */
  readonly pool: Pool;
  readonly maxPerCommit?: number | undefined;
}

/**
 * PostgreSQL as the use cases need it. What a process writes goes over one connection, so that it tells its commits in
 * their order. What needs a row that another transaction has waits on a connection of its own.
 */
export class PostgresDatabase implements Database {
  readonly epoch: string;
  readonly #pool: Pool;
  readonly #send: Send;
  readonly #writer: Writer;
  readonly #lanes: BusyLanes;
  readonly #group: GroupCommit;
  readonly #parts: StoreParts;
  #closed: Promise<void> | undefined;

  constructor({ url, epoch, pool, maxPerCommit }: Opened, parts: StoreParts) {
    this.epoch = epoch;
    this.#parts = parts;
    this.#pool = pool;
    this.#send = (statement) => pool.query<unknown[]>(statement);
    const createWriter = () => new Writer(url, epoch, (cause) => this.#fail(cause));
    this.#writer = createWriter();
    this.#lanes = new BusyLanes({ ...parts, createWriter });
    const whenBusy = this.#lanes.run.bind(this.#lanes);
    const committer = new PostgresCommitter({ writer: this.#writer, now: parts.now, whenBusy });
    this.#group = new GroupCommit(committer, parts, maxPerCommit);
  }

  /** @throws what keeps it from being written to. */
  async connect(): Promise<void> {
    await this.#writer.connection();
  }

  read = async <T>(work: (reader: Reader) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries++) {
      if (this.#closed !== undefined) throw new AppError('unavailable', 'The server is stopping.');
      try {
        return await work(new PostgresReader(this.#send));
      } catch (error) {
        // A connection that was cut says nothing about the database: the next one may do.
        const mayPass = isConnectionLost(error) || isConflict(error);
        if (!mayPass || tries === maxTries) throw faultOf(error);
      }
    }
  };

  write = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => this.#group.run(work);

  close = (): Promise<void> => (this.#closed ??= this.#close());

  /** Refuses everything: what clients know of the log is not true any more. */
  #fail(cause: Error): void {
    const detail = 'The database was replaced; the server is stopping.';
    this.#group.refuse(new AppError('unavailable', detail, { cause }));
    this.#parts.onFailure(cause);
  }

  async #close(): Promise<void> {
    await this.#group.close();
    await this.#lanes.close();
    await this.#pool.end();
    await this.#writer.close();
  }
}
