import { CeremonyError, EXIT } from '../base/errors.ts';
import { add } from './add.ts';
import { authorize } from './authorize.ts';
import { doctor } from './doctor.ts';
import { practice } from './practice.ts';
import { printScript } from './print-script.ts';
import { rehearse } from './rehearse.ts';
import { run } from './run.ts';

/**
 * The supervisor: our own code and node builtins, no packages. It starts the other processes with the permissions
 * each needs, joins their pipes, and calls fsync for the core.
 */
async function main(): Promise<number> {
  const [command, ...args] = process.argv.slice(2);
  const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
    add,
    authorize,
    doctor,
    plan: printScript,
    practice,
    rehearse,
    run,
  };
  const start = Object.hasOwn(commands, command ?? '') ? commands[command as string] : undefined;
  if (!start) throw new CeremonyError('USAGE', `the supervisor does not know "${command ?? ''}"`);
  return await start(args);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof CeremonyError) {
    process.stderr.write(`quorate: ${error.code}: ${error.message}\n${error.hint ? `quorate: ${error.hint}\n` : ''}`);
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(`quorate: this is a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = EXIT.bug;
  }
}
