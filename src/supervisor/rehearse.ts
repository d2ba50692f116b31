import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { askCasts } from './ask-reader.ts';
import { makeOutputFolder, type OutputClaim } from './output-folder.ts';
import { parseOptions } from './parse-options.ts';
import { type OpenStage, openStage } from './perform.ts';
import type { Started } from './processes.ts';
import { holdSequence, numbered } from './sequence.ts';

/**
 * Rehearses a script, or several one after another on one stage: throw-away tokens, played people, and from there on the
 * very processes of a production run.
 * @returns the exit code
 */
export async function rehearse(args: readonly string[]): Promise<number> {
  const { script, others, out, json, as, site, from: given, listed } = readArguments(args);
  const processes: Started[] = [];
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    for (const one of processes) one.child.kill('SIGTERM');
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const refuseToGoOn = () => {
    if (isInterrupted) throw new CeremonyError('INTERRUPTED', 'the rehearsal was interrupted');
  };
  const room = site === undefined ? [] : ['--site', site, ...(given === undefined ? [] : ['--pack', given])];
  // Every script is linted before anything is made.
  const casts = await askCasts([script, ...others], room);
  refuseToGoOn();
  if (typeof casts === 'number') return casts;
  const names = [script, ...others].map((one) => basename(one));
  const from = given ?? previousOf(casts[0] ?? {});
  const folder = makeStageFolder();
  const claims: OutputClaim[] = [];
  let failed = true;
  try {
    const open = () => openStage({ casts, names, folder, json, as, from, listed }, processes);
    const code = await (others.length === 0
      ? holdAlone(script, out, claims, open)
      : holdSequence(numbered([script, ...others], out), out, claims, open, (text) => process.stderr.write(text)));
    failed = code !== EXIT.done;
    // The core may end by itself, because the guard was ended first.
    if (failed) refuseToGoOn();
    return code;
  } catch (error) {
    // What a process says that was ended on purpose is not what went wrong.
    if (error instanceof CeremonyError && error.code !== 'INTERRUPTED') refuseToGoOn();
    throw error;
  } finally {
    for (const one of processes) one.child.kill('SIGKILL');
    await Promise.all(processes.map((one) => one.exited));
    for (const one of processes) await one.printed?.tell(failed, process.stderr);
    rmSync(folder, { recursive: true, force: true });
    for (const claim of claims.toReversed()) claim.release();
  }
}

/** One ceremony, whose pack is the output folder itself. @param claims as of a sequence */
async function holdAlone(
  script: string,
  out: string,
  claims: OutputClaim[],
  open: () => Promise<OpenStage>,
): Promise<number> {
  claims.push(makeOutputFolder(out));
  return await (await open()).hold({ script, out, before: undefined });
}

/** The pack that the site says comes before, where there is a site that says so. */
function previousOf({ room }: JsonObject): string | undefined {
  return (room as { previous?: string } | undefined)?.previous;
}

/** @throws CeremonyError REHEARSAL_SETUP when there is no temporary folder to be used */
function makeStageFolder(): string {
  try {
    return mkdtempSync(join(realpathSync(tmpdir()), 'quorate-rehearsal-'));
  } catch (cause) {
    throw new CeremonyError(
      'REHEARSAL_SETUP',
      `no folder can be made in "${tmpdir()}": ${(cause as NodeJS.ErrnoException).code}`,
      {
        cause,
        hint: 'set TMPDIR to a folder that can be written, or unset it',
      },
    );
  }
}

interface Arguments {
  readonly script: string;
  /** Those that follow it, in order. */
  readonly others: readonly string[];
  readonly out: string;
  readonly json: boolean;
  readonly as: string[] | undefined;
  readonly site: string | undefined;
  readonly from: string | undefined;
  readonly listed: number | undefined;
}

/** Of the CRL of an adopted CA, and of what the next one adds. */
const MOST_LISTED = 1_000_000;

/** @throws CeremonyError USAGE */
function countOf(text: string, hint: string): number {
  const count = /^[0-9]{1,7}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_LISTED) return count;
  throw new CeremonyError('USAGE', `--listed is "${text}", expected a number from 1 to ${MOST_LISTED}`, { hint });
}

/** @throws CeremonyError USAGE */
function readArguments(args: readonly string[]): Arguments {
  const hint = 'quorate rehearse SCRIPT… --out DIR [--from PACK] [--site FILE] [--as NAME]… [--listed COUNT] [--json]';
  const parsed = parseOptions('rehearse', args, hint);
  const [script, ...others] = parsed.positionals;
  if (script === undefined || parsed.values.out === undefined) {
    throw new CeremonyError('USAGE', 'rehearse wants a script and an output folder', { hint });
  }
  const { out, as, json = false } = parsed.values;
  const resolved = (path: string | undefined) => (path === undefined ? undefined : resolve(path));
  const [from, site] = [resolved(parsed.values.from), resolved(parsed.values.site)];
  if (others.length > 0 && site !== undefined)
    throw new CeremonyError(
      'USAGE',
      `a site binding is of one ceremony, and ${others.length + 1} scripts are to be rehearsed by "${site}"`,
      {
        hint: 'it names the pack before and the serials of its HSMs, which a sequence makes: leave --site out, or rehearse one script',
      },
    );
  const listed = parsed.values.listed === undefined ? undefined : countOf(parsed.values.listed, hint);
  const resolvedOthers = others.map((one) => resolve(one));
  return { script: resolve(script), others: resolvedOthers, out: resolve(out), json, as, site, from, listed };
}
