import type { QueryResult } from 'pg';
import type { Queries, QueryName } from '../../use-cases/queries.ts';
import type { Key, Row, TableName } from '../../use-cases/rows.ts';
import type { Reader } from '../../use-cases/transaction.ts';
import { type Prepared, queryOf, rowsOf, tables } from './statements.ts';

/** Sends one statement, on a connection of its choice. */
export type Send = (statement: Prepared) => Promise<QueryResult<unknown[]>>;

/** Rows of PostgreSQL, outside of a transaction: each answer is of a moment of its own. */
export function postgresReader(send: Send): Reader {
  return {
    get: async <T extends TableName>(table: T, key: Key<T>) => {
      const [row] = rowsOf(await send(tables[table].get([key])));
      return row as Row<T> | undefined;
    },
    rows: async <Q extends QueryName>(query: Q, args: Queries[Q]['args']) =>
      rowsOf(await send(queryOf(query, args))) as unknown as readonly Queries[Q]['row'][],
  };
}
