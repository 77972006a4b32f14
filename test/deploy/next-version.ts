import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../support/server.ts';
import { faultsOfMigration } from '../store/migration-rule.ts';

/** What the next version might do to the database: what the rule for migrations allows. */
const migrations = {
  sqlite:
    'CREATE TABLE `rooms` (`id` text PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;\n--> statement-breakpoint\n' +
    "ALTER TABLE `comments` ADD `colour` text DEFAULT 'red' NOT NULL;--> statement-breakpoint\n" +
    'ALTER TABLE `notifications` ADD `room_id` text;',
  postgres:
    'CREATE TABLE "carillon"."rooms" ("id" text PRIMARY KEY NOT NULL);\n--> statement-breakpoint\n' +
    `ALTER TABLE "carillon"."comments" ADD COLUMN "colour" text DEFAULT 'red' NOT NULL;--> statement-breakpoint\n` +
    'ALTER TABLE "carillon"."notifications" ADD COLUMN "room_id" text;',
};

interface Journal {
  readonly entries: { idx: number; version: string; when: number; tag: string; breakpoints: boolean }[];
}

/** Makes a program that is this one with one more migration; it goes away with the test. @returns its `src/main.ts` */
export function makeNextVersion(): string {
  const folder = temporaryFolder();
  for (const part of ['src', 'migrations', 'package.json'])
    cpSync(part, join(folder, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  for (const dialect of ['sqlite', 'postgres'] as const) {
    const faults = faultsOfMigration(migrations[dialect], dialect);
    if (faults.length > 0) throw new Error(faults.join('\n'));
    const own = join(folder, 'migrations', dialect);
    mkdirSync(own, { recursive: true });
    const path = join(own, 'meta/_journal.json');
    const journal = JSON.parse(readFileSync(path, 'utf8')) as Journal;
    const idx = journal.entries.length;
    const last = journal.entries.at(-1);
    if (last === undefined) throw new Error(`There is no migration of ${dialect}.`);
    journal.entries.push({ ...last, idx, when: last.when + 1, tag: '9999_next' });
    writeFileSync(path, JSON.stringify(journal));
    writeFileSync(join(own, '9999_next.sql'), migrations[dialect]);
  }
  return join(folder, 'src/main.ts');
}
