import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { NO_DIGEST, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { Caller } from '../channel/requests.ts';
import { askCasts } from './ask-reader.ts';
import { claimFolder } from './output-folder.ts';
import { parseOptions } from './parse-options.ts';
import { startStage } from './processes.ts';
import { measureProgram, PROGRAM_ROOT } from './program.ts';

/**
 * Lays a table to practise at: what a rehearsal makes for itself and throws away, made to last, so that people can
 * play the ceremony themselves.
 * @returns the exit code
 */
export async function practice(args: readonly string[]): Promise<number> {
  const { script, folder, as, from } = readArguments(args);
  const casts = await askCasts([script]);
  if (typeof casts === 'number') return casts;
  const [cast = {}] = casts;
  claimFolder(folder);
  const stage = startStage();
  try {
    const director = new Caller(stage.pipe(3), 'the stage of the practice', 'REHEARSAL_SETUP');
    const { value } = await director.call('lay', {
      cast,
      folder,
      script: sha256(readFileSync(script)),
      program: measureProgram().digest,
      ...(as === undefined ? {} : { as: [...as] }),
      ...(from === undefined ? {} : { from }),
    });
    const { site, sheet, roster, notes } = value as { site: string; sheet: string; roster: string; notes: string[] };
    for (const note of notes) process.stderr.write(`${note}\n`);
    process.stdout.write(
      [
        `site     ${site}`,
        `PINs     ${sheet}`,
        ...(roster === NO_DIGEST ? [] : [`roster   ${roster} (SHA-256)`]),
        '',
        'Practise with:',
        `  ${join(PROGRAM_ROOT, 'bin', 'quorate')} run ${script} --site ${site} --out NEW-FOLDER`,
        '',
      ].join('\n'),
    );
    return 0;
  } finally {
    stage.child.kill('SIGTERM');
    await stage.exited;
  }
}

function readArguments(args: readonly string[]): {
  script: string;
  folder: string;
  as: string[] | undefined;
  from: string | undefined;
} {
  const hint = 'quorate practice SCRIPT --in DIR [--from PACK] [--as NAME]…';
  const parsed = parseOptions('practice', args, hint);
  const [script, ...surplus] = parsed.positionals;
  if (script === undefined || surplus.length > 0 || parsed.values.in === undefined)
    throw new CeremonyError('USAGE', 'practice wants one script and a new folder', { hint });
  const { in: folder, as, from } = parsed.values;
  return { script: resolve(script), folder: resolve(folder), as, from: from === undefined ? undefined : resolve(from) };
}
