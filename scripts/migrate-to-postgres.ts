import { runCommand } from '../src/commands/command.ts';
import { migrateToPostgres } from '../src/commands/migrate-to-postgres.ts';

await runCommand(migrateToPostgres, 'npm run migrate:to-postgres --');
