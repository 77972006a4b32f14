import type Database from 'better-sqlite3';
import { getTableColumns, is, isTable } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect, test } from 'vitest';
import * as schema from '../../src/store/sqlite/schema.ts';
import { openHandle, openStoreAt, temporaryPath } from './handles.ts';

const tables = Object.values(schema).filter((table) => isTable(table) && is(table, SQLiteTable));
const named = tables.map((table) => [getTableConfig(table).name, table] as const);

/** A handle on a database that the migrations alone have made. */
async function migrated(): Promise<Database.Database> {
  const path = temporaryPath();
  await openStoreAt(path);
  return openHandle(path, { readonly: true });
}

interface ForeignKey {
  readonly id: number;
  readonly seq: number;
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

/** The columns of an index, and what `WHERE` it has. */
function indexesOf(database: Database.Database, table: string) {
  const listed = database.pragma(`index_list(${table})`) as {
    name: string;
    unique: number;
    origin: string;
  }[];
  return listed
    .filter(({ origin }) => origin === 'c')
    .map(({ name, unique }) => {
      const columns = database.pragma(`index_info(${name})`) as { name: string }[];
      const text = database.prepare('SELECT sql FROM sqlite_master WHERE name = ?').pluck().get(name);
      return {
        name,
        unique: unique === 1,
        columns: columns.map((column) => column.name),
        where: / WHERE (.*)$/.exec(String(text))?.[1],
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

describe('the schema', () => {
  test('every table is STRICT and clustered by its primary key', async () => {
    const database = await migrated();
    const listed = database.pragma('table_list') as {
      name: string;
      schema: string;
      type: string;
      wr: number;
      strict: number;
    }[];
    const own = listed.filter(
      ({ name, schema: owner, type }) =>
        owner === 'main' && type === 'table' && !/^sqlite_|^__drizzle/.test(name),
    );
    expect(own.map(({ name }) => name).sort()).toEqual(named.map(([name]) => name).sort());
    for (const { name, wr, strict } of own) expect([name, wr, strict]).toEqual([name, 1, 1]);
  });

  test.each(named)('the migrations make the columns of %s as the code knows them', async (name, table) => {
    const database = await migrated();
    const { columns, primaryKeys } = getTableConfig(table);
    const keys = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
    const expected = columns.map((column) => ({
      name: column.name,
      type: column.getSQLType().toUpperCase(),
      notnull: Number(column.notNull),
      dflt_value: column.default === undefined ? null : String(column.default),
      pk: keys.findIndex((key) => key.name === column.name) + 1,
    }));
    const actual = database.prepare(`SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)`);
    expect(actual.all(name)).toEqual(expected);
    expect(expected).toHaveLength(Object.keys(getTableColumns(table)).length);
  });

  test.each(named)('the migrations make the indexes of %s as the code knows them', async (name, table) => {
    const database = await migrated();
    const dialect = { casing: { getColumnCasing: (column: { name: string }) => column.name } };
    const expected = getTableConfig(table).indexes.map(({ config }) => ({
      name: config.name,
      unique: config.unique,
      columns: config.columns.map((column) => ('name' in column ? column.name : 'an expression')),
      where: config.where?.toQuery({
        ...dialect,
        escapeName: (id: string) => id,
        escapeParam: () => '?',
      } as never).sql,
    }));
    expect(indexesOf(database, name)).toEqual(expected.sort((a, b) => (a.name < b.name ? -1 : 1)));
  });

  test.each(named)(
    'the migrations make the foreign keys of %s as the code knows them',
    async (name, table) => {
      const database = await migrated();
      const rows = database.pragma(`foreign_key_list(${name})`) as ForeignKey[];
      const actual = rows.map(({ id, seq, table: target, from, to }) => [
        id,
        seq,
        `${from} -> ${target}.${to}`,
      ]);
      const expected = getTableConfig(table).foreignKeys.flatMap((key) => {
        const { columns, foreignColumns, foreignTable } = key.reference();
        const target = getTableConfig(foreignTable).name;
        return columns.map((column, i) => `${column.name} -> ${target}.${foreignColumns[i]?.name ?? '?'}`);
      });
      expect(actual.map(([, , text]) => text).sort()).toEqual(expected.sort());
    },
  );

  test('wrong types and nulls are refused by the database itself', async () => {
    const path = temporaryPath();
    await openStoreAt(path);
    const database = openHandle(path);
    const insert = (text: string) => () => database.exec(text);
    expect(insert(`INSERT INTO inboxes VALUES ('ann', 'many', 0, 0, 0)`)).toThrow(/cannot store TEXT/);
    expect(insert(`INSERT INTO inboxes VALUES ('ann', NULL, 0, 0, 0)`)).toThrow(/NOT NULL/);
  });
});
