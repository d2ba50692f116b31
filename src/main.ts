import { readFileSync } from 'node:fs';

/**
 * The core's entry. The version is told before anything is loaded: it is what people ask first, and what a script
 * asks often. Everything else is loaded by the command that uses it.
 */
const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  process.stdout.write(`${version}\n`);
} else {
  // Whoever read the output has gone, as when a command is interrupted: there is nobody to tell.
  process.stdout.on('error', () => process.exit(130));
  const { runProgram } = await import('./cli/program.ts');
  const code = await runProgram(argv);
  // Pipes to other processes may still be open; what was written to standard output has been handed over by then.
  process.exitCode = code;
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit(code);
}
