import { CeremonyError, EXIT } from '../base/errors.ts';
import { runCommandLine } from './command-line.ts';

/** Runs one command line. @returns the exit code; nothing is thrown */
export async function runProgram(argv: readonly string[]): Promise<number> {
  try {
    return await runCommandLine(argv);
  } catch (error) {
    return report(error);
  }
}

/** A refusal in one line, and a second for what to do; anything else is a bug and prints its stack. */
function report(error: unknown): number {
  if (error instanceof CeremonyError) {
    process.stderr.write(`quorate: ${error.code}: ${error.message}\n${error.hint ? `quorate: ${error.hint}\n` : ''}`);
    return error.exitCode;
  }
  const text = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`quorate: this is a bug, please report it\n${text}\n`);
  return EXIT.bug;
}
