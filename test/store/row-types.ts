import type * as postgres from '../../src/store/postgres/schema.ts';
import type * as sqlite from '../../src/store/sqlite/schema.ts';

/*
 * Proves when it is compiled that both dialects have the same tables with the same rows, so that what turns rows into
 * domain objects (`src/store/rows.ts`) serves both. There is nothing to run.
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
export const thereAreRows: keyof Rows<typeof sqlite> extends never ? false : true = true;
