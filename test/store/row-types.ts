import type * as postgres from '../../src/store/postgres/schema.ts';
import type * as sqlite from '../../src/store/sqlite/schema.ts';
import type { Tables } from '../../src/use-cases/rows.ts';

/*
 * Proves when it is compiled that both dialects have the same tables with the same rows, and that these are
 * the rows which the use cases know. There is nothing to run.
 */

type Rows<Schema> = {
  [
    Table in keyof Schema as Schema[Table] extends { $inferSelect: unknown } ? Table : never
  ]: Schema[Table] extends {
    $inferSelect: infer Row;
  }
    ? Row
    : never;
};

/** Whether each is assignable to the other: for rows of texts and numbers, some of them nullable, that is the same. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;

type Shape<T> = { [K in keyof T]: { [C in keyof T[K]]: T[K][C] } };

export const rowsAreTheSame: Same<Shape<Rows<typeof sqlite>>, Shape<Rows<typeof postgres>>> = true;
/** What the use cases know of them. */
type Known = { [T in keyof Tables]: { -readonly [C in keyof Tables[T]['row']]: Tables[T]['row'][C] } };
export const rowsAreKnown: Same<Shape<Rows<typeof sqlite>>, Known> = true;
export const thereAreRows: keyof Rows<typeof sqlite> extends never ? false : true = true;
