/** Is copied for each test: making the tables anew would take ten times as long. */
export const templateName = 'carillon_template';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for tests, without a database's name at the end. */
    postgresUrl: string;
  }
}
