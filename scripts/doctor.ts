import { runCommand } from '../src/commands/command.ts';
import { doctor } from '../src/commands/doctor.ts';

await runCommand(doctor, 'npm run doctor --');
