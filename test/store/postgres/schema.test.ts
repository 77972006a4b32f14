import { getTableConfig, PgDialect, PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import * as schema from '../../../src/store/postgres/schema.ts';
import { openClient, temporaryDatabase } from '../../support/postgres.ts';

const tables = Object.entries(schema)
  .filter(([name]) => name !== 'carillon')
  .map(([, table]) => table as PgTable);

/** What the migrations alone have made. */
async function migrated<T extends object>(text: string): Promise<T[]> {
  return (await (await openClient(await temporaryDatabase())).query<T>(text)).rows;
}

test('the migrations make the columns as the code knows them, ids among them in the order of their bytes', async () => {
  const actual = await migrated<{ name: string }>(`
    SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
      a.attnotnull AS "notNull", pg_get_expr(d.adbin, d.adrelid) AS "default",
      CASE WHEN l.collname = 'C' THEN ' COLLATE "C"' ELSE '' END AS collation
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE c.relnamespace = 'carillon'::regnamespace AND a.attnum > 0 AND c.relname <> 'migrations'`);
  const expected = tables.flatMap((table) => {
    const { name, columns, primaryKeys } = getTableConfig(table);
    const keys = primaryKeys.flatMap((key) => key.columns.map((column) => column.name));
    return columns.map((column) => {
      const [type, collation] = column.getSQLType().split(/(?= COLLATE)/);
      return {
        name: `${name}.${column.name}`,
        type,
        notNull: column.notNull || keys.includes(column.name),
        default: column.default === undefined ? null : JSON.stringify(column.default),
        collation: collation ?? '',
      };
    });
  });
  const sorted = (rows: readonly { name: string }[]) => rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(sorted(actual)).toEqual(sorted(expected));
});

test('the migrations make the keys, indexes, and references as the code knows them', async () => {
  const actual = await migrated<{ definition: string }>(`
    SELECT regexp_replace(indexdef, '^CREATE (UNIQUE )?INDEX .* ON carillon', '\\1') AS definition
    FROM pg_indexes WHERE schemaname = 'carillon' AND tablename <> 'migrations'
    UNION ALL
    SELECT conrelid::regclass || ': ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'carillon'::regnamespace`);
  const dialect = new PgDialect();
  const list = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name).join(', ');
  const expected = tables.flatMap((table) => {
    const { name, columns, primaryKeys, indexes, foreignKeys } = getTableConfig(table);
    const key = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
    return [
      `UNIQUE .${name} USING btree (${list(key)})`,
      ...indexes.map(({ config }) => {
        const where = config.where === undefined ? '' : ` WHERE (${dialect.sqlToQuery(config.where).sql})`;
        const unique = config.unique ? 'UNIQUE ' : '';
        return `${unique}.${name} USING btree (${list(config.columns as unknown as { name: string }[])})${where}`;
      }),
      ...foreignKeys.map((foreignKey) => {
        const { columns: from, foreignColumns: to, foreignTable } = foreignKey.reference();
        return `${name}: FOREIGN KEY (${list(from)}) REFERENCES ${getTableConfig(foreignTable).name}(${list(to)})`;
      }),
    ];
  });
  expect(actual.map(({ definition }) => definition).sort()).toEqual(expected.sort());
});
