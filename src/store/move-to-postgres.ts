import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Client } from 'pg';
import { StartError } from '../domain/errors.ts';
import { aloneWith } from './postgres/alone.ts';
import type { PgTable } from 'drizzle-orm/pg-core';
import { getTableConfig } from './postgres/drizzle.ts';
import { stateOf } from './postgres/identity.ts';
import { prepareDatabase } from './postgres/open-postgres.ts';
import * as postgres from './postgres/schema.ts';
import { unusable } from './postgres/unusable.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import { withoutPassword } from './url.ts';

/** Rows that are sent at once. */
const pageRows = 500;

/** What was moved. */
export interface Moved {
  /** Rows by table. */
  readonly rows: ReadonlyMap<string, number>;
  /** Whether an earlier run had moved it, so that this one has only compared. */
  readonly wasMoved: boolean;
}

interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Columns that tell its rows apart and put them in order, alike on both databases. */
  readonly key: readonly string[];
}

type Row = readonly (string | number | null)[];

/**
 * Copies the SQLite database at `path`, which no server may be using, to the empty PostgreSQL database at `url`: all rows
 * as they are, and the epoch, so that clients resume there. What arrived is read back and compared row by row. A run that
 * finds the work done, because one before was killed after its commit, compares only.
 *
 * @throws StartError with one line that says what is wrong; nothing was copied then.
 */
export async function moveToPostgres(path: string, url: string): Promise<Moved> {
  if (!existsSync(path)) throw new StartError(`--from names ${path}, where there is no database.`);
  // Opened as a server does it, which brings it up to date and keeps servers off.
  const idle = () => undefined;
  const store = openSqlite(path, { onCommit: idle, onFailure: idle, now: Date.now });
  const source = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return await moveTo(url, source, store.epoch);
  } finally {
    source.close();
    await store.close();
  }
}

async function moveTo(url: string, source: Database.Database, epoch: string): Promise<Moved> {
  const subject = `--to names ${withoutPassword(url)}`;
  try {
    await prepareDatabase(url);
  } catch (cause) {
    throw unusable(subject, cause);
  }
  return aloneWith(url, subject, async (client) => {
    // The epoch is copied in the same transaction as the rows, and no two databases have the same by chance.
    if ((await stateOf(client)).epoch === epoch)
      return { rows: await compareAll(client, source, subject), wasMoved: true };
    for (const { name } of tables) {
      const { rowCount } = await client.query(`SELECT FROM carillon.${name} LIMIT 1`);
      if (rowCount !== 0) throw new StartError(`${subject}, which is not empty: it has rows in ${name}.`);
    }
    const rows = new Map<string, number>();
    for (const table of tables) rows.set(table.name, await moveTable(client, source, table));
    await client.query(`UPDATE carillon.meta SET value = $1 WHERE key = 'epoch'`, [epoch]);
    await client.query('ANALYZE');
    return { rows, wasMoved: false };
  });
}

/** Compares all rows of both databases. @returns how many there are, by table */
async function compareAll(
  client: Client,
  source: Database.Database,
  subject: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, number>();
  for (const table of tables) {
    const digest = createHash('sha256');
    let count = 0;
    for (const row of rowsOf(source, table)) {
      add(digest, row);
      count++;
    }
    if ((await digestOf(client, table)) !== digest.digest('hex')) {
      throw new StartError(
        `${subject}, which holds a copy of this SQLite database already, but ${table.name} is different now: Carillon has run on one of the two since. Keep that one. To copy again, name an empty database.`,
      );
    }
    rows.set(table.name, count);
  }
  return rows;
}

/** All that are moved: each that the schema has, except what is said of the database itself. */
const tables: readonly Table[] = Object.entries(postgres)
  .filter(([name]) => name !== 'carillon' && name !== 'meta')
  .map(([, table]) => {
    const { name, columns, primaryKeys } = getTableConfig(table as PgTable);
    const key = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
    return {
      name,
      columns: columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().replace(/ COLLATE .*/, ''),
      })),
      key: key.map((column) => column.name),
    };
  });

/** @returns how many rows the table has. */
async function moveTable(client: Client, source: Database.Database, table: Table): Promise<number> {
  const { name, columns } = table;
  const arrays = columns.map(({ type }, i) => `$${i + 1}::${type}[]`).join(', ');
  const insert = `INSERT INTO carillon.${name} (${namesOf(table)}) SELECT * FROM unnest(${arrays})`;

  const sent = createHash('sha256');
  let count = 0;
  let page: Row[] = [];
  const send = async () => {
    if (page.length > 0)
      await client.query(
        insert,
        columns.map((_, i) => page.map((row) => row[i])),
      );
    page = [];
  };
  for (const row of rowsOf(source, table)) {
    add(sent, row);
    count++;
    if (page.push(row) === pageRows) await send();
  }
  await send();
  if ((await digestOf(client, table)) !== sent.digest('hex')) {
    throw new StartError(`${name} did not arrive as it is in the SQLite database; nothing was copied.`);
  }
  return count;
}

function namesOf({ columns }: Table): string {
  return columns.map((column) => `"${column.name}"`).join(', ');
}

/** @param schema of PostgreSQL, with a dot; SQLite has none. */
function selectOf(table: Table, schema = ''): string {
  return `SELECT ${namesOf(table)} FROM ${schema}${table.name} ORDER BY ${table.key.join(', ')}`;
}

function rowsOf(source: Database.Database, table: Table): Iterable<Row> {
  return source.prepare<[], Row>(selectOf(table)).raw().iterate();
}

/** All rows of a table on PostgreSQL, told apart from any others. */
async function digestOf(client: Client, table: Table): Promise<string> {
  const digest = createHash('sha256');
  await client.query(`DECLARE moved NO SCROLL CURSOR FOR ${selectOf(table, 'carillon.')}`);
  let rows: Row[];
  do {
    ({ rows } = await client.query<(string | null)[]>({
      text: `FETCH ${pageRows} FROM moved`,
      rowMode: 'array',
    }));
    for (const row of rows) add(digest, row);
  } while (rows.length > 0);
  await client.query('CLOSE moved');
  return digest.digest('hex');
}

/** Whole numbers are texts in the one driver and numbers in the other. */
function add(digest: Hash, row: Row): void {
  digest.update(JSON.stringify(row.map((value) => (value === null ? null : String(value)))));
}
