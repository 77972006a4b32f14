import type { Database, Statement } from 'better-sqlite3';
import type { Placeholder, SQL } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { QueryName } from '../../use-cases/queries.ts';
import type { TableName } from '../../use-cases/rows.ts';
import { and, eq, getTableColumns, sql } from '../drizzle.ts';
import { rowMaker } from '../names.ts';
import { compile, queries } from '../queries.ts';
import { drizzle, getTableConfig } from './drizzle.ts';
import * as schema from './schema.ts';

type Values = Readonly<Record<string, unknown>>;

/** A statement on one row, which is told its values by name. */
export interface RowStatement {
  /** @returns how many rows it changed. */
  run(values: Values): number;
  /** @returns the row that it found or returned, if any. */
  get(values: Values): Values | undefined;
}

/** What is done with single rows of one table. */
export interface TableStatements {
  readonly get: RowStatement;
  readonly insert: RowStatement;
  readonly insertMissing: RowStatement;
  readonly put: RowStatement;
  readonly take: RowStatement;
  /** @param columns which columns are set. */
  update(columns: readonly string[]): RowStatement;
}

/** Every statement, prepared once: drizzle writes them, and asking it each time would cost more than SQLite does. */
export interface Statements {
  readonly tables: Readonly<Record<TableName, TableStatements>>;
  readonly queries: Readonly<Record<QueryName, (args: Values) => readonly Values[]>>;
}

/** @throws SqliteError when the database does not have what they name. */
export function prepareStatements(database: Database): Statements {
  const table = (name: TableName): [TableName, TableStatements] => [
    name,
    tableStatements(database, schema[name]),
  ];
  const names = Object.keys(schema) as TableName[];
  const queryNames = Object.keys(queries) as QueryName[];
  return {
    tables: Object.fromEntries(names.map(table)) as Record<TableName, TableStatements>,
    queries: Object.fromEntries(
      queryNames.map((name) => [name, prepareQuery(database, queries[name])]),
    ) as Statements['queries'],
  };
}

/**
 * Values go by place, which costs less than by name. The plus keeps SQLite from planning a query with ORDER BY again for
 * each value that it is compared with, which would cost more than the query itself.
 */
function prepareQuery(database: Database, text: string): (args: Values) => readonly Values[] {
  const valuesOf: ((args: Values) => unknown)[] = [];
  const place = (name: string) => {
    valuesOf.push((args) => args[name]);
    return '+?';
  };
  const oneOf = (name: string) => {
    valuesOf.push((args) => JSON.stringify(args[name]));
    return 'IN (SELECT value FROM json_each(?))';
  };
  const statement = database.prepare<unknown[], unknown[]>(compile(text, place, oneOf)).raw();
  const makeRow = rowMaker(statement.columns().map(({ name }) => name));
  return (args) => statement.all(valuesOf.map((valueOf) => valueOf(args))).map(makeRow);
}

function tableStatements(database: Database, table: SQLiteTable): TableStatements {
  const builder = drizzle(database);
  const columns = getTableColumns(table);
  const { primaryKeys, columns: all } = getTableConfig(table);
  const isKey = new Set(
    (primaryKeys[0]?.columns ?? all.filter(({ primary }) => primary)).map(({ name }) => name),
  );
  const properties = Object.keys(columns);
  const keyNames = properties.filter((name) => isKey.has(columns[name]?.name ?? ''));
  const byKey = and(...keyNames.map((name) => eq(columns[name] as never, sql.placeholder(name))));
  const row = Object.fromEntries(properties.map((name) => [name, sql.placeholder(name)]));
  const target = keyNames.map((name) => columns[name] as never);
  const others = properties.filter((name) => !keyNames.includes(name));
  const replaced = Object.fromEntries(
    others.map((name) => [name, sql.raw(`excluded."${columns[name]?.name ?? ''}"`)]),
  );
  const prepare = (query: { toSQL(): { sql: string; params: unknown[] } }) =>
    rowStatement(database, query.toSQL());
  const updates = new Map<string, RowStatement>();
  return {
    get: prepare(builder.select().from(table).where(byKey)),
    insert: prepare(builder.insert(table).values(row)),
    insertMissing: prepare(builder.insert(table).values(row).onConflictDoNothing()),
    put: prepare(builder.insert(table).values(row).onConflictDoUpdate({ target, set: replaced })),
    take: prepare(builder.delete(table).where(byKey).returning()),
    // The use case says which columns change, so the statement is prepared when it is first needed.
    update: (set) => {
      const cached = updates.get(set.join());
      if (cached !== undefined) return cached;
      const values = Object.fromEntries(set.map((name) => [name, placeholder(name)]));
      const made = prepare(builder.update(table).set(values).where(byKey));
      updates.set(set.join(), made);
      return made;
    },
  };
}

function placeholder(name: string): SQL {
  return sql`${sql.placeholder(name)}`;
}

function rowStatement(database: Database, query: { sql: string; params: unknown[] }): RowStatement {
  const statement: Statement<unknown[], unknown[]> = database.prepare(query.sql);
  const names = query.params.map(nameOf);
  const valuesOf = (values: Values) => names.map((name) => values[name]);
  if (!statement.reader) {
    return { run: (values) => statement.run(valuesOf(values)).changes, get: () => undefined };
  }
  statement.raw();
  const makeRow = rowMaker(statement.columns().map(({ name }) => name));
  const get = (values: Values) => {
    const found = statement.get(valuesOf(values));
    return found && makeRow(found);
  };
  return { get, run: (values) => Number(get(values) !== undefined) };
}

/** A placeholder, perhaps with the column that it is for. */
function nameOf(param: unknown): string {
  const { name, value } = param as Partial<Placeholder> & { readonly value?: Placeholder };
  return name ?? value?.name ?? '';
}
