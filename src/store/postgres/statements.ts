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
  /** Columns that are null in all rows are left out: an activity has many of them. */
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
  const insert = (into: readonly Column[]) =>
    `INSERT INTO ${name} (${namesOf(into)}) SELECT * FROM ${unnest(into)}`;
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
    insert: (rows) => {
      // A column that is left out is not sent, and PostgreSQL sets it to null.
      const into = columns.filter(({ property }) => rows.some((row) => row[property] !== null));
      return many(`insert ${codeOf(columns, into)}`, insert(into), into)(rows);
    },
    insertMissing: many('insert missing', `${insert(columns)} ON CONFLICT DO NOTHING`, columns),
    put: many('put', `${insert(columns)} ON CONFLICT (${namesOf(key)}) DO UPDATE SET ${replaced}`, columns),
    delete: many('delete', `DELETE FROM ${name} WHERE ${isKey}`, key),
    take: many('take', `DELETE FROM ${name} WHERE ${isKey} RETURNING ${all}`, key),
    update: (changes) => {
      const set = others.filter(({ property }) => property in (changes[0] ?? {}));
      const text = `UPDATE ${name} t SET ${set.map((column) => `"${column.name}" = u."${column.name}"`).join(', ')}
        FROM ${unnest([...key, ...set])} u (${namesOf([...key, ...set])})
        WHERE ${key.map((column) => `t."${column.name}" = u."${column.name}"`).join(' AND ')}`;
      return many(`update ${codeOf(others, set)}`, text, [...key, ...set])(changes);
    },
  };
}

/** Which of these columns a statement has. PostgreSQL knows 63 characters of a name, so they are the digits of a number. */
function codeOf(columns: readonly Column[], some: readonly Column[]): string {
  const digits = columns.map((column) => (some.includes(column) ? '1' : '0')).join('');
  return Number.parseInt(digits, 2).toString(36);
}

function namesOf(columns: readonly Column[]): string {
  return columns.map(({ name }) => `"${name}"`).join(', ');
}

/** Rows as one array for each column: the text of the statement is the same for one row and for a thousand. */
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

/** The queries that every comment asks, with the types of what they are told: one statement asks for all of a commit. */
const shared = {
  watchers: { topic: 'text', after: 'text', limit: 'bigint' },
  running: { now: 'bigint' },
} satisfies Partial<Record<QueryName, Readonly<Record<string, string>>>>;
export type SharedQuery = keyof typeof shared;

/** Queries that PostgreSQL answers in a way of its own: processes differ in their clocks, and share this one. */
const own = { clock: 'SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint) AS now' };

const compiled = Object.fromEntries(
  Object.entries({ ...queries, ...own }).map(([name, sql]) => {
    const names: string[] = [];
    const place = (value: string) => {
      if (!names.includes(value)) names.push(value);
      return `$${names.indexOf(value) + 1}`;
    };
    return [name, { text: compileFor(sql, place), names }];
  }),
) as unknown as Record<QueryName, { readonly text: string; readonly names: readonly string[] }>;

function compileFor(sql: string, place: (name: string) => string): string {
  const text = compile(sql, place, (list, type) => `= ANY(${place(list)}::${type}[])`);
  return text.replace(unqualified, '$1 carillon.$2');
}

/** One of the store's queries. */
export function queryOf(name: QueryName, args: object): Prepared {
  const { text, names } = compiled[name];
  return { name, text, values: names.map((value) => (args as Values)[value]), rowMode: 'array' };
}

export function isShared(name: QueryName): name is SharedQuery {
  return name in shared;
}

/** One statement for many questions: the rows of each in their order, with the question's number, from 1, in front. */
export function sharedQueryOf(name: SharedQuery, questions: readonly Values[]): Prepared {
  const types: Readonly<Record<string, string>> = shared[name];
  const names = Object.keys(types);
  const asked = names.map((value, i) => `$${i + 1}::${types[value] ?? ''}[]`).join(', ');
  const text = `SELECT question.number, answer.* FROM unnest(${asked}) WITH ORDINALITY
      AS question (${names.map((value) => `"${value}"`).join(', ')}, number),
    LATERAL (${compileFor(queries[name], (value) => `question."${value}"`)}) answer`;
  const values = names.map((value) => questions.map((question) => question[value]));
  return { name: `shared ${name}`, text, values, rowMode: 'array' };
}

/** The rows of an answer, their columns in camelCase. */
export function rowsOf({ fields, rows }: QueryResult<unknown[]>): Values[] {
  return rows.map(rowMaker(fields.map(({ name }) => name)));
}
