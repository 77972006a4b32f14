import { runCommand } from '../src/commands/command.ts';
import { restoreCopy } from '../src/commands/restore.ts';

await runCommand(restoreCopy, 'npm run restore --');
