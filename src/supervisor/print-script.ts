import { resolve } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { PLAN } from '../usage/commands.ts';
import { readerOutput } from './ask-reader.ts';
import { requireNew, writeNewFile } from './new-file.ts';
import { parseUsage } from './parse-options.ts';

const HINT = 'quorate plan SCRIPT [--site FILE] [--as-of UTC] --pdf FILE [--paper a4|letter]';

/**
 * `plan --pdf`: the core, which may write nothing, draws the printed script; the file is written here.
 * @returns the exit code
 */
export async function printScript(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseUsage(PLAN, args, HINT);
  const [script, ...surplus] = positionals;
  if (script === undefined || surplus.length > 0 || values.pdf === undefined)
    throw new CeremonyError('USAGE', 'plan --pdf wants one script and a new file', { hint: HINT });
  if (values.json)
    throw new CeremonyError('USAGE', '"--json" goes to standard output, "--pdf" into a file: one of them', {
      hint: HINT,
    });
  const file = resolve(values.pdf);
  requireNew(file);
  const passed = (['site', 'as-of', 'paper'] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  const pdf = await readerOutput(['printed-script', ...passed, '--', script]);
  if (typeof pdf === 'number') return pdf;
  await writeNewFile(file, pdf);
  process.stdout.write(`printed script  ${file}\nSHA-256         ${sha256(pdf)}\n`);
  return EXIT.done;
}
