import type { QueryConfig, QueryResult } from 'pg';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { QueryName } from '../../use-cases/queries.ts';
import type { TableName } from '../../use-cases/rows.ts';
import { camelCase, rowMaker } from '../names.ts';
import { compile, queries } from '../queries.ts';
import { getTableConfig } from './drizzle.ts';
import * as schema from './schema.ts';

type Values = Readonly<Record<string, unknown>>;

/** A query as the driver takes it. It has a name, by which a connection that has parsed it once runs it again. */
export type Prepared = QueryConfig & { readonly rowMode: 'array' };

/** What is done with many rows of one table by one statement: each column's values go along as one array. */
export interface TableStatements {
  /** The properties that make up the primary key. */
  readonly key: readonly string[];
  get(keys: readonly Values[]): Prepared;
  insert(rows: readonly Values[]): Prepared;
  insertMissing(rows: readonly Values[]): Prepared;
  put(rows: readonly Values[]): Prepared;
  /** @param changes rows that have the key's columns and those to be set, all the same ones. */
  update(changes: readonly Values[]): Prepared;
  delete(keys: readonly Values[]): Prepared;
  take(keys: readonly Values[]): Prepared;
}

interface Column {
  readonly property: string;
  readonly name: string;
  readonly type: string;
}

const tableNames = (Object.keys(schema) as (keyof typeof schema)[]).filter(
  (name): name is TableName => name !== 'carillon',
);

/** The statements of every table. */
export const tables = Object.fromEntries(
  tableNames.map((name) => [name, tableStatements(name, schema[name])]),
) as Readonly<Record<TableName, TableStatements>>;

function tableStatements(table: string, description: PgTable): TableStatements {
  const config = getTableConfig(description);
  const columns = config.columns.map((column): Column => ({
    property: camelCase(column.name),
    name: column.name,
    type: column.getSQLType().replace(/ COLLATE .*/, ''),
  }));
  const keyNames = (config.primaryKeys[0]?.columns ?? config.columns.filter(({ primary }) => primary)).map(
    ({ name }) => name,
  );
  const key = columns.filter(({ name }) => keyNames.includes(name));
  const others = columns.filter(({ name }) => !keyNames.includes(name));
  const name = `carillon.${config.name}`;
  const all = namesOf(columns);
  const isKey = `(${namesOf(key)}) IN (SELECT * FROM ${unnest(key)})`;
  const insert = `INSERT INTO ${name} (${all}) SELECT * FROM ${unnest(columns)}`;
  const replaced = others.map((column) => `"${column.name}" = excluded."${column.name}"`).join(', ');
  const many = (act: string, text: string, of: readonly Column[]) => {
    return (rows: readonly Values[]): Prepared => ({
      name: `${act} ${table}`,
      text,
      values: arrays(of, rows),
      rowMode: 'array',
    });
  };
  return {
    key: key.map(({ property }) => property),
    get: many('get', `SELECT ${all} FROM ${name} WHERE ${isKey}`, key),
    insert: many('insert', insert, columns),
    insertMissing: many('insert missing', `${insert} ON CONFLICT DO NOTHING`, columns),
    put: many('put', `${insert} ON CONFLICT (${namesOf(key)}) DO UPDATE SET ${replaced}`, columns),
    delete: many('delete', `DELETE FROM ${name} WHERE ${isKey}`, key),
    take: many('take', `DELETE FROM ${name} WHERE ${isKey} RETURNING ${all}`, key),
    update: (changes) => {
      const set = others.filter(({ property }) => property in (changes[0] ?? {}));
      const text = `UPDATE ${name} t SET ${set.map((column) => `"${column.name}" = u."${column.name}"`).join(', ')}
        FROM ${unnest([...key, ...set])} u (${namesOf([...key, ...set])})
        WHERE ${key.map((column) => `t."${column.name}" = u."${column.name}"`).join(' AND ')}`;
      // PostgreSQL knows 63 characters of a name: the columns that are set are the digits of a number.
      const digits = others.map((column) => (set.includes(column) ? '1' : '0')).join('');
      return many(`update ${Number.parseInt(digits, 2).toString(36)}`, text, [...key, ...set])(changes);
    },
  };
}

function namesOf(columns: readonly Column[]): string {
  return columns.map(({ name }) => `"${name}"`).join(', ');
}

function unnest(columns: readonly Column[]): string {
  return `unnest(${columns.map(({ type }, i) => `$${i + 1}::${type}[]`).join(', ')})`;
}

function arrays(columns: readonly Column[], rows: readonly Values[]): unknown[][] {
  return columns.map(({ property }) => rows.map((row) => row[property]));
}

/** Tables of the schema by their own names: a connection's search path is the application's affair. */
const unqualified = new RegExp(
  `\\b(FROM|JOIN) (${tableNames.map((name) => getTableConfig(schema[name]).name).join('|')})\\b`,
  'g',
);

/** Queries that PostgreSQL answers in a way of its own: processes differ in their clocks, and share this one. */
const own = { clock: 'SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint) AS now' };

const compiled = Object.fromEntries(
  Object.entries({ ...queries, ...own }).map(([name, sql]) => {
    const names: string[] = [];
    const place = (value: string) => {
      if (!names.includes(value)) names.push(value);
      return `$${names.indexOf(value) + 1}`;
    };
    const text = compile(sql, place, (list, type) => `= ANY(${place(list)}::${type}[])`);
    return [name, { text: text.replace(unqualified, '$1 carillon.$2'), names }];
  }),
) as unknown as Record<QueryName, { readonly text: string; readonly names: readonly string[] }>;

/** One of the store's queries. */
export function queryOf(name: QueryName, args: object): Prepared {
  const { text, names } = compiled[name];
  return { name, text, values: names.map((value) => (args as Values)[value]), rowMode: 'array' };
}

/** The rows of an answer, their columns in camelCase. */
export function rowsOf({ fields, rows }: QueryResult<unknown[]>): Values[] {
  return rows.map(rowMaker(fields.map(({ name }) => name)));
}
