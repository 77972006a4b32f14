import { runCommand } from '../src/commands/command.ts';
import { backup } from '../src/commands/backup.ts';

await runCommand(backup, 'npm run backup --');
