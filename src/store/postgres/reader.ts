import type { QueryResult } from 'pg';
import type { Queries, QueryName } from '../../use-cases/queries.ts';
import type { Key, Row, TableName } from '../../use-cases/rows.ts';
import type { Reader } from '../../use-cases/transaction.ts';
import { Gather } from './gather.ts';
import {
  isShared,
  type Prepared,
  queryOf,
  type SharedQuery,
  rowsOf,
  sharedQueryOf,
  tables,
} from './statements.ts';

/** Sends one statement, on a connection of its choice. */
export type Send = (statement: Prepared) => Promise<QueryResult<unknown[]>>;

type Values = Readonly<Record<string, unknown>>;

/**
 * Rows of PostgreSQL. What is asked many times within a moment goes out as one statement: rows by their keys, and the
 * queries that every comment asks.
 */
export class PostgresReader implements Reader {
  readonly #send: Send;
  readonly #rows = new Map<TableName, Gather<Values, Values>>();
  readonly #lists = new Map<QueryName, Gather<Values, readonly Values[]>>();

  constructor(send: Send) {
    this.#send = send;
  }

  async get<T extends TableName>(table: T, key: Key<T>): Promise<Row<T> | undefined> {
    // One statement for each table reads the rows that the requests of one commit ask for.
    const gather = this.#rows.get(table) ?? this.#gatherRows(table);
    return (await gather.get(key)) as Row<T> | undefined;
  }

  async rows<Q extends QueryName>(query: Q, args: Queries[Q]['args']): Promise<readonly Queries[Q]['row'][]> {
    const rows = isShared(query)
      ? await (this.#lists.get(query) ?? this.#gatherLists(query)).get(args as Values)
      : rowsOf(await this.#send(queryOf(query, args)));
    return (rows ?? []) as unknown as readonly Queries[Q]['row'][];
  }

  #gatherRows(table: TableName): Gather<Values, Values> {
    const { key } = tables[table];
    const keyOf = (values: Values) => key.map((name) => String(values[name])).join(' ');
    const gather = new Gather<Values, Values>(
      keyOf,
      async (keys) =>
        new Map(rowsOf(await this.#send(tables[table].get(keys))).map((row) => [keyOf(row), row])),
    );
    this.#rows.set(table, gather);
    return gather;
  }

  #gatherLists(query: SharedQuery): Gather<Values, readonly Values[]> {
    const gather = new Gather<Values, readonly Values[]>(JSON.stringify, async (questions) => {
      const { fields, rows } = await this.#send(sharedQueryOf(query, questions));
      // The number of its question comes first in each row.
      const byQuestion = Map.groupBy(rows, ([question]) => Number(question));
      const answer = (list: unknown[][] = []) => rowsOf({ fields, rows: list } as QueryResult<unknown[]>);
      return new Map(
        questions.map((question, i) => [JSON.stringify(question), answer(byQuestion.get(i + 1))]),
      );
    });
    this.#lists.set(query, gather);
    return gather;
  }
}
