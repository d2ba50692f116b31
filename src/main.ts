import { CeremonyError, EXIT } from './base/errors.ts';

/** The core: commander's wiring and exit codes. Everything heavy is loaded by the command that uses it. */

async function run(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    const { programVersion } = await import('./cli/version.ts');
    process.stdout.write(`${programVersion()}\n`);
    return EXIT.done;
  }
  const { runCommandLine } = await import('./cli/command-line.ts');
  return await runCommandLine(argv);
}

/** A refusal in one line, and a second for what to do; anything else is a bug and prints its stack. */
function report(error: unknown): number {
  if (error instanceof CeremonyError) {
    process.stderr.write(`quorate: ${error.code}: ${error.message}\n${error.hint ? `quorate: ${error.hint}\n` : ''}`);
    return error.exitCode;
  }
  process.stderr.write(`quorate: this is a bug, please report it\n${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.bug;
}

let code: number;
try {
  code = await run(process.argv.slice(2));
} catch (error) {
  code = report(error);
}
// Pipes to other processes may still be open; what was written to standard output has been handed over by then.
process.exitCode = code;
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit(code);
