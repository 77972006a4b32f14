import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import { Connection, connectionOptions } from './connection.ts';
import { serverLock } from './locks.ts';
import { rowsOf, tables } from './statements.ts';

const firstPauseMs = 50;
/** A pause of at most this is waited for: who was only cut off is not told that the database is away. */
const shortPauseMs = 200;
const longestPauseMs = 2_000;

/**
 * The connection that a process writes on. When it is lost the next one is made as soon as somebody asks for it. When
 * that fails there are growing pauses in which, but for the first, it is refused at once: nobody waits for a database
 * that is not there.
 */
export class Writer {
  readonly #url: string;
  readonly #epoch: string;
  readonly #onOtherEpoch: (cause: Error) => void;
  #current: Connection | undefined;
  #pauseMs = 0;
  #pauseEndsAt = 0;
  #refusal: unknown;

  /** @param onOtherEpoch called when a connection shows that the database is not the same any more. */
  constructor(url: string, epoch: string, onOtherEpoch: (cause: Error) => void) {
    this.#url = url;
    this.#epoch = epoch;
    this.#onOtherEpoch = onOtherEpoch;
  }

  async connection(): Promise<Connection> {
    if (this.#current !== undefined && !this.#current.isLost) return this.#current;
    this.#current = undefined;
    const restMs = this.#pauseEndsAt - performance.now();
    if (restMs > 0 && this.#pauseMs > shortPauseMs) throw this.#refusal;
    if (restMs > 0) await sleep(restMs);
    try {
      this.#current = await this.#connect();
      this.#pauseMs = 0;
      return this.#current;
    } catch (error) {
      this.#refusal = error;
      this.#pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, this.#pauseMs * 2));
      // The pause is random, so that the processes of a fleet do not come back to the database all at once.
      this.#pauseEndsAt = performance.now() + this.#pauseMs * (0.5 + Math.random());
      throw error;
    }
  }

  /** Lets go of a connection whose transaction is in a state that nobody knows. */
  drop(connection: Connection): void {
    connection.drop();
    if (this.#current === connection) this.#current = undefined;
  }

  async close(): Promise<void> {
    await this.#current?.close();
  }

  async #connect(): Promise<Connection> {
    const connection = await Connection.open(connectionOptions(this.#url));
    try {
      await connection.query(`SELECT pg_advisory_lock_shared(${serverLock})`);
      // Whoever made the database or the role may have chosen speed; what is answered with 201 must be on the disk.
      await connection.query(
        `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`,
      );
      const [row] = rowsOf(await connection.run(tables.meta.get([{ key: 'epoch' }])));
      const epoch = row?.['value'];
      if (epoch !== this.#epoch) {
        const cause = new Error(
          `The database was replaced by one of another epoch: ${String(epoch)} and not ${this.#epoch}.`,
        );
        this.#onOtherEpoch(cause);
        throw new AppError('unavailable', 'The database was replaced; the server is stopping.', { cause });
      }
      return connection;
    } catch (error) {
      connection.drop();
      throw error;
    }
  }
}
