import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { Caller, serve } from '../channel/requests.ts';
import { askReader } from './ask-reader.ts';
import { coreService } from './core-service.ts';
import { makeOutputFolder, type OutputClaim } from './output-folder.ts';
import { parseOptions } from './parse-options.ts';
import { KILLED, type Started, startCore, startGuard, startStage } from './processes.ts';
import { measureProgram } from './program.ts';

/**
 * Rehearses a script: throw-away tokens, played people, and from there on the very processes of a production run.
 * @returns the exit code
 */
export async function rehearse(args: readonly string[]): Promise<number> {
  const { script, out, json, as, site, from: given } = readArguments(args);
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
  const cast = await askReader(['cast', script, ...room]);
  refuseToGoOn();
  if (typeof cast === 'number') return cast;
  const from = given ?? previousOf(cast);
  const folder = makeStageFolder();
  let claim: OutputClaim | undefined;
  let failed = true;
  try {
    claim = makeOutputFolder(out);
    const code = await perform({ script, out, json, as, from, cast, folder }, processes);
    failed = code !== EXIT.done;
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
    claim?.release();
  }
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

interface Performance {
  readonly script: string;
  readonly out: string;
  readonly json: boolean;
  readonly as: readonly string[] | undefined;
  readonly from: string | undefined;
  readonly cast: JsonObject;
  readonly folder: string;
}

async function perform(performance: Performance, processes: Started[]): Promise<number> {
  const { script, out, json, as, from, cast, folder } = performance;
  const program = measureProgram();
  const stage = startStage();
  processes.push(stage);
  const director = new Caller(stage.pipe(3), 'the stage of the rehearsal', 'REHEARSAL_SETUP');
  const { value } = await director.call('set', {
    cast,
    folder,
    script: sha256(readFileSync(script)),
    program: program.digest,
    ...(as === undefined ? {} : { as: [...as] }),
    ...(from === undefined ? {} : { from }),
  });
  const set = value as unknown as {
    start: JsonObject;
    modules: string[];
    media: string[];
    keyFiles: string[];
    inputs: string;
    notes: string[];
    pkcs11Milliseconds: number;
  };

  for (const note of set.notes) process.stderr.write(`${note}\n\n`);
  const writes = [out, ...set.media];
  const begin = ['ceremony', script, '--site', join(set.inputs, 'site.yaml'), '--out', out];
  const args = [...begin, '--stage-milliseconds', String(set.pkcs11Milliseconds), ...(json ? ['--json'] : [])];
  const pipes = { terminal: stage.pipe(4), people: stage.pipe(5) };
  /** One run of the program: each day of the ceremony has its own guard and core; the people and their tokens stay. */
  const holdDay = async (resumes: boolean): Promise<number> => {
    const guard = startGuard(set.modules, pipes.terminal);
    processes.push(guard);
    const warden = new Caller(guard.pipe(3), 'the guard', 'GUARD_DIED');
    await warden.call('start', { ...set.start, resumes });
    const core = startCore([...args, ...(resumes ? ['--resume'] : [])], {
      reads: [script, set.inputs, ...set.keyFiles],
      writes,
      guard: guard.pipe(4),
      people: pipes.people,
      atTheTable: false,
    });
    processes.push(core);
    guard.pipe(4).destroy();
    void serve(core.pipe(3), coreService(writes, [out], program));
    const code = await core.exited;
    if (code === EXIT.adjourned) await guard.exited;
    return code;
  };
  let code = await holdDay(false);
  while (code === EXIT.adjourned) code = await holdDay(true);
  for (const pipe of Object.values(pipes)) pipe.destroy();
  if (code !== KILLED) return code;
  throw new CeremonyError('INTERRUPTED', `the core ended by a signal; what is in "${out}" was durable before`, {
    hint: 'quorate verify … --outcome interrupted checks the transcript up to its last line',
  });
}

function readArguments(args: readonly string[]): {
  script: string;
  out: string;
  json: boolean;
  as: string[] | undefined;
  site: string | undefined;
  from: string | undefined;
} {
  const hint = 'quorate rehearse SCRIPT --out DIR [--from PACK] [--site FILE] [--as NAME]… [--json]';
  const parsed = parseOptions('rehearse', args, hint);
  const [script, ...surplus] = parsed.positionals;
  if (script === undefined || surplus.length > 0 || parsed.values.out === undefined) {
    throw new CeremonyError('USAGE', 'rehearse wants one script and an output folder', { hint });
  }
  const { out, as, json = false } = parsed.values;
  const resolved = (path: string | undefined) => (path === undefined ? undefined : resolve(path));
  const [from, site] = [resolved(parsed.values.from), resolved(parsed.values.site)];
  return { script: resolve(script), out: resolve(out), json, as, site, from };
}
