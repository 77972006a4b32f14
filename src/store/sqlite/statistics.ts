import type { Database } from 'better-sqlite3';

/**
 * Tells SQLite's planner how our data is spread: a user has many notifications, in few states. Without that it takes the
 * primary key for as good as the index that lists them by state, and reads past all the others.
 * https://sqlite.org/optoverview.html#manual_control_of_query_plans_using_sqlite_stat_tables
 */
export function setStatistics(database: Database): void {
  // Each: rows in all, rows of one user, rows of one user and id (or moment). The first line makes the table, the last one reads it.
  database.exec(`
    BEGIN IMMEDIATE;
    ANALYZE sqlite_schema;
    DELETE FROM sqlite_stat1 WHERE tbl = 'notifications';
    INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
      ('notifications', 'notifications', '1000000 1000 1'),
      ('notifications', 'notifications_listed', '1000000 1000 200 1'),
      ('notifications', 'notifications_read', '990000 990 1');
    COMMIT;
    ANALYZE sqlite_schema;
  `);
}
