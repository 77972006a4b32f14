import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faultsOfMigration } from './migration-rule.ts';

const dialects = ['sqlite', 'postgres'] as const;

describe.each(dialects)('migrations of %s', (dialect) => {
  const files = globSync(`migrations/${dialect}/*.sql`).sort();
  // The first one has no version before it.
  const later = files.slice(1).map((file) => [basename(file), file] as const);

  test('there is a first one', () => {
    expect(basename(files[0] ?? '')).toMatch(/^0000_/);
  });

  test.for(later)('%s leaves the version before alive', ([, file]) => {
    expect(faultsOfMigration(readFileSync(file, 'utf8'), dialect)).toEqual([]);
  });
});

const allowed = [
  'CREATE TABLE `rooms` (`id` text PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;',
  'CREATE TABLE "rooms" ("id" text NOT NULL);--> statement-breakpoint\nCREATE UNIQUE INDEX "i" ON "rooms" ("id");',
  'CREATE TABLE "rooms" ("id" text);\nALTER TABLE "rooms" ADD CONSTRAINT "c" FOREIGN KEY ("id") REFERENCES "public"."reports"("id");',
  'ALTER TABLE `reports` ADD `colour` text;',
  `ALTER TABLE "reports" ADD COLUMN "colour" text DEFAULT 'red' NOT NULL;`,
  'CREATE INDEX IF NOT EXISTS "reports_owner" ON "reports" USING btree ("owner_id");',
  'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ DELETE FROM reports; SELECT 1 $$;',
  'REVOKE ALL ON ALL FUNCTIONS IN SCHEMA carillon FROM PUBLIC;',
  '-- not used since 0.3.0\nALTER TABLE `reports` DROP COLUMN `colour`;',
];

const forbidden = [
  ['ALTER TABLE `reports` ADD `colour` text NOT NULL;', 'writes rows without the column'],
  ['ALTER TABLE `reports` ADD `colour` text UNIQUE;', 'rows that it refuses'],
  ['ALTER TABLE `reports` RENAME COLUMN `title` TO `name`;', 'none of the kinds'],
  ['ALTER TABLE "reports" ALTER COLUMN "title" SET NOT NULL;', 'none of the kinds'],
  ['ALTER TABLE `reports` DROP COLUMN `title`;', 'may use it'],
  ['DROP TABLE `reports`;', 'may use it'],
  ['CREATE UNIQUE INDEX `i` ON `reports` (`title`);', 'rows that the index refuses'],
  ['CREATE INDEX "i" ON "reports" USING btree ("title");', 'CONCURRENTLY'],
  ['ALTER TABLE "reports" ADD CONSTRAINT "c" CHECK (true);', 'rows that the constraint refuses'],
  [`UPDATE reports SET title = '';`, 'none of the kinds'],
  ['CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; DROP TABLE reports;', 'may use it'],
  ['CREATE TRIGGER t BEFORE INSERT ON reports FOR EACH ROW EXECUTE FUNCTION f();', 'none of the kinds'],
  ['DROP FUNCTION f();', 'none of the kinds'],
  ['REVOKE ALL ON reports FROM PUBLIC;', 'none of the kinds'],
  // How drizzle-kit changes a table of SQLite.
  ['ALTER TABLE `__new_reports` RENAME TO `reports`;', 'none of the kinds'],
] as const;

test.each(allowed)('the version before can live with: %s', (sql) => {
  expect(faultsOfMigration(sql, 'postgres')).toEqual([]);
});

test.each(forbidden)('the version before cannot live with: %s', (sql, why) => {
  expect(faultsOfMigration(sql, 'postgres')).toEqual([expect.stringContaining(why)]);
});
