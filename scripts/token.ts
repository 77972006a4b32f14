import { runCommand } from '../src/commands/command.ts';
import { token } from '../src/commands/token.ts';

await runCommand(token, 'npm run token --');
