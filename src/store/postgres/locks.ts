/*
 * The advisory locks that Carillon takes besides those of its rows, all in one database; the numbers are arbitrary.
 * PostgreSQL drops each with the connection or the transaction that has it, however that ends.
 */

/** Shared by every server that uses the database; a command that must be alone with it takes it for itself. */
export const serverLock = '4981205701';
/** Of the one process that makes or migrates the tables. */
export const migrationLock = '4981205702';
