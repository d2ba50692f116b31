import { closeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { Caller, serve } from '../channel/requests.ts';
import { askReader } from './ask-reader.ts';
import { Copies, holdMirrorApart } from './copies.ts';
import { coreService } from './core-service.ts';
import { openUnnamed } from './output-folder.ts';
import { parseOptions } from './parse-options.ts';
import { type Permit, previousDigest, previousDocuments, readPermit, read as readRequired } from './permit.ts';
import { KILLED, type Started, startCore, startGuard } from './processes.ts';
import { measureProgram } from './program.ts';
import { holdToSite } from './site-places.ts';
import { openTerminal, type TerminalOfPeople } from './terminal-device.ts';

/** How long the guard may take to lock its HSMs once the core has ended. */
const GUARD_ENDS_WITHIN_MS = 10_000;

interface RunArguments {
  readonly script: string;
  readonly site: string;
  readonly out: string;
  /** A second folder that holds the same, on another medium. */
  readonly mirror: string | undefined;
  readonly roster: string | undefined;
  /** Whether the ceremony in `out` goes on after an interruption. */
  readonly resume: boolean;
}

/**
 * Runs a ceremony with people at the terminal.
 * @returns the exit code
 */
export async function run(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args);
  const binding = await askReader(['binding', wanted.script, '--site', wanted.site]);
  if (typeof binding === 'number') return binding;
  const permit = readPermit(wanted.site, wanted.roster);
  const { mode, media, keyFiles, previous, printer } = binding as unknown as Binding;
  for (const folder of media) holdToSite(folder, wanted.site, 'at', 'medium');
  for (const folder of keyFiles) holdToSite(folder, wanted.site, 'folder', 'key-files');
  if (printer !== null) holdToSite(printer, wanted.site, 'printer', 'printer');
  const outputs = [wanted.out, ...(wanted.mirror === undefined ? [] : [wanted.mirror])];
  if (wanted.mirror !== undefined) holdMirrorApart(wanted.mirror, [wanted.out, ...media, ...keyFiles, permit.folder]);
  const terminal = openTerminal();
  const processes: Started[] = [];
  // A terminal that is closed sends SIGHUP: the guard sees its end and locks the HSM; nobody is left to be told.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      for (const one of processes) one.child.kill('SIGTERM');
    });
  }
  const printed: Buffer[] = [];
  let claim: Copies | undefined;
  let failed = true;
  try {
    claim = wanted.resume ? await Copies.reopen(outputs) : Copies.make(outputs);
    if (claim.areTogether) process.stderr.write(ONE_DEVICE);
    const code = await conduct(
      { ...wanted, outputs, permit, mode, media, keyFiles, previous, printer, terminal, claim },
      processes,
      printed,
    );
    failed = code !== EXIT.done && code !== EXIT.adjourned;
    return code;
  } finally {
    await Promise.race([
      Promise.all(processes.map((one) => one.exited)),
      new Promise((later) => setTimeout(later, GUARD_ENDS_WITHIN_MS).unref()),
    ]);
    for (const one of processes) one.child.kill('SIGKILL');
    terminal.restore();
    process.stderr.write(Buffer.concat(printed));
    for (const one of processes) await one.printed?.tell(failed, process.stderr);
    claim?.release();
  }
}

/** What the read-only core says of the site; the guard holds the mode to the authorization. */
interface Binding {
  readonly mode: 'rehearsal' | 'production';
  /** Folders of the media, which the core may write below. */
  readonly media: readonly string[];
  /** Folders with keys of HSMs, which it may read. */
  readonly keyFiles: readonly string[];
  /** The manifest of the pack that the site names as the CA's previous one; null where it names none. */
  readonly previous: string | null;
  /** Where the guard may print paper shares; null where the site names no printer. */
  readonly printer: string | null;
}

interface Conduct extends RunArguments, Binding {
  readonly permit: Permit;
  readonly terminal: TerminalOfPeople;
  readonly claim: Copies;
  /** The folders that hold the record. */
  readonly outputs: readonly string[];
}

const ONE_DEVICE =
  'The mirror lies on one device with the output folder: what takes one of them takes both. Use two media.\n';

async function conduct(
  {
    script,
    site,
    out,
    mirror,
    outputs,
    resume,
    permit,
    mode,
    media,
    keyFiles,
    previous,
    printer,
    terminal,
    claim,
  }: Conduct,
  processes: Started[],
  printed: Buffer[],
): Promise<number> {
  const program = measureProgram();
  const spool = openUnnamed(out);
  const modules = permit.modules.filter((path) => path.startsWith('/'));
  const guard = startGuard(modules, terminal.fd, printer, spool);
  closeSync(spool);
  processes.push(guard);
  claim.add(guard.child.pid ?? 0);
  const warden = new Caller(guard.pipe(3), 'the guard', 'GUARD_DIED');
  await warden.call('start', {
    ...permit.start,
    script: sha256(readRequired(script, 'the ceremony script')),
    program: program.digest,
    previous: previousDigest(previous),
    ...previousDocuments(previous),
    mode,
    people: 'at-the-table',
    resumes: resume,
    printer,
  });

  const writes = [...outputs, ...media];
  const size = ['--columns', String(terminal.columns), '--rows', String(terminal.rows)];
  const second = mirror === undefined ? [] : ['--mirror', mirror];
  const goesOn = resume ? ['--resume'] : [];
  const core = startCore(['ceremony', script, '--site', site, '--out', out, ...second, ...size, ...goesOn], {
    reads: [script, permit.folder, ...keyFiles, ...(previous === null ? [] : [dirname(previous)])],
    writes,
    guard: guard.pipe(4),
    people: guard.pipe(6),
    atTheTable: true,
  });
  processes.push(core);
  claim.add(core.child.pid ?? 0);
  guard.pipe(4).destroy();
  guard.pipe(6).destroy();
  forward(core, printed);
  void serve(core.pipe(3), {
    ...coreService(writes, outputs, program),
    bringBack: async ({ params }) => {
      await claim.bringBack(String(params['at']));
      return undefined;
    },
  });
  const code = await core.exited;
  if (code !== KILLED) return code;
  throw new CeremonyError('INTERRUPTED', `the core ended by a signal; what is in "${out}" was durable before`, {
    hint: 'the same command with --resume goes on from there',
  });
}

/** What the core prints goes to a log at once; on the terminal, where the guard draws, only when it has ended. */
function forward(core: Started, printed: Buffer[]): void {
  (core.child.stdout as Readable).on('data', (chunk: Buffer) => process.stdout.write(chunk));
  (core.child.stderr as Readable).on('data', (chunk: Buffer) => {
    if (process.stderr.isTTY) printed.push(chunk);
    else process.stderr.write(chunk);
  });
}

function readArguments(args: readonly string[]): RunArguments {
  const hint = 'quorate run SCRIPT --site SITE --out DIR [--mirror DIR] [--roster SHA256] [--resume]';
  const parsed = parseOptions('run', args, hint);
  const [script, ...surplus] = parsed.positionals;
  const { site, out, mirror, roster } = parsed.values;
  if (script === undefined || surplus.length > 0 || site === undefined || out === undefined) {
    throw new CeremonyError('USAGE', 'run wants one script, a site binding and an output folder', { hint });
  }
  if (roster !== undefined && !/^[0-9a-f]{64}$/.test(roster))
    throw new CeremonyError('USAGE', `"${roster}" is no SHA-256 in 64 hexadecimal digits`, { hint });
  return {
    script: resolve(script),
    site: resolve(site),
    out: resolve(out),
    mirror: mirror === undefined ? undefined : resolve(mirror),
    roster,
    resume: parsed.values.resume ?? false,
  };
}
