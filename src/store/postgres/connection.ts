import { Socket } from 'node:net';
import type { ClientConfig, CustomTypesConfig, QueryResult } from 'pg';
import { Client, types } from './drizzle.ts';
import type { Prepared } from './statements.ts';

/** How long a statement may take; one that waits for a lock counts the time. */
const statementTimeoutMs = 10_000;
/** How long an answer may take: on a network that swallows everything nothing else ends the waiting. */
const answerTimeoutMs = statementTimeoutMs + 2_000;
const connectTimeoutMs = 3_000;
/** A process that stops in the middle of a transaction must not keep inboxes locked for the others. */
const idleInTransactionMs = 5_000;

const bigintOid: number = types.builtins.INT8;
// The driver's types name the oids that it knows; a database has others.
const getTypeParser = types.getTypeParser as (oid: number, format?: 'text' | 'binary') => unknown;
/** Our whole numbers are exact in JavaScript; the driver makes texts of them, since others' may not be. */
const numbers: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === bigintOid ? Number : getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
};

/** What is set on every connection to the database at `url`. */
export function connectionOptions(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: 'carillon',
    types: numbers,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
    connectionTimeoutMillis: connectTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
  };
}

/**
 * Each statement goes to its rows by an index, and its plan is made once for all values. PostgreSQL would choose by the
 * sizes that it knows of when a connection first runs it, which for a new database are those of empty tables: it then
 * reads whole tables for as long as the connection lives.
 */
export const plansByIndex = `SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off;
  SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan; SET jit = off`;

/** A connection that one transaction at a time has for itself; statements need not wait for each other's answers. */
export class Connection {
  readonly #client: Client;
  readonly #socket: Socket;
  #isLost = false;

  private constructor(client: Client, socket: Socket) {
    this.#client = client;
    this.#socket = socket;
    client.on('error', () => (this.#isLost = true)).on('end', () => (this.#isLost = true));
  }

  static async open(options: ClientConfig): Promise<Connection> {
    const socket = new Socket();
    const client = new Client({ ...options, pipeline: true, stream: () => socket });
    const connection = new Connection(client, socket);
    await client.connect();
    await client.query(plansByIndex);
    return connection;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  query(text: string, values: unknown[] = []): Promise<QueryResult> {
    this.#gather();
    return this.#client.query(text, values);
  }

  /** Runs a statement that this connection may have parsed already. */
  run(statement: Prepared): Promise<QueryResult<unknown[]>> {
    this.#gather();
    return this.#client.query<unknown[]>(statement);
  }

  async close(): Promise<void> {
    this.#isLost = true;
    await this.#client.end();
  }

  /** Lets what is sent before the next turn of the event loop go out by one system call. */
  #gather(): void {
    if (this.#socket.writableCorked > 0) return;
    this.#socket.cork();
    process.nextTick(() => this.#socket.uncork());
  }

  /** Ends it without waiting for anything. */
  drop(): void {
    this.#isLost = true;
    // Its end is nobody's business any more, nor is what goes wrong with it.
    this.#client.end().catch(() => undefined);
  }
}
