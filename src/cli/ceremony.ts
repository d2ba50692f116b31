import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { supervised, systemClock, systemRandom } from '../adapters/ambient.ts';
import { FolderFiles } from '../adapters/files.ts';
import { GuardClient } from '../adapters/guard-client.ts';
import { lazyIssue } from '../adapters/issuing.ts';
import { canonicalBytes, type Json } from '../base/canonical-json.ts';
import { hexGroups, sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { wordRows } from '../base/words.ts';
import { inheritedPipe } from '../channel/inherited.ts';
import { SCREEN_TAKEN } from '../channel/notes.ts';
import { Caller } from '../channel/requests.ts';
import { PATH } from '../pack/layout.ts';
import { readPeople } from '../pack/people.ts';
import { pemOf } from '../pki/pem.ts';
import type { RulePack } from '../pki/rule.ts';
import { packDigest, RULE_PACKS } from '../pki/rule-packs.ts';
import { profileDigests } from '../plan/make-plan.ts';
import { type Plan, planDigest, stepsOf } from '../plan/plan.ts';
import type { Files, Medium, MediumFiles } from '../ports.ts';
import { readAuthorization } from '../quorum/authorization.ts';
import { isFounding, NO_ROSTER, type Roster, readRoster } from '../quorum/roster.ts';
import { rosterCertificatePath } from '../quorum/roster-files.ts';
import { keeping } from '../run/keeping-files.ts';
import { recover } from '../run/recovery.ts';
import { runCeremony } from '../run/runner.ts';
import { isSealed, sealPack } from '../run/seal.ts';
import { STEP_TYPES } from '../steps/registry.ts';
import type { OpeningEvent } from '../transcript/event.ts';
import { readInput } from './input.ts';
import { narrator } from './narration.ts';
import { openOutput } from './output.ts';
import { audience } from './people.ts';
import { type PlannedFiles, planFiles } from './planning.ts';
import { verificationGuide } from './program-files.ts';
import { StepTimes } from './step-times.ts';
import { summarise } from './summary.ts';

/** Several times what a root ceremony writes after its first HSM operation. */
const RESERVE_BYTES = 8 * 2 ** 20;

/** File descriptors, as the supervisor lays them out. */
const SUPERVISOR = 3;
const GUARD = 4;
const PEOPLE = 5;

export interface CeremonyOptions {
  /** The site binding; roster, authorization and their signatures lie beside it. */
  readonly site: string;
  readonly out: string;
  /** A second folder, which holds the same. */
  readonly mirror?: string;
  /** What the tokens cost before the ceremony began, in milliseconds. */
  readonly stageMilliseconds: number;
  /** Size of the terminal that people sit at. */
  readonly columns?: number;
  readonly rows?: number;
  readonly json?: boolean;
  /** Whether the ceremony in the output folder goes on after an interruption. */
  readonly resume?: boolean;
}

/**
 * Runs a planned ceremony in the core process: the supervisor has started it with its pipes and permissions.
 * @returns the exit code
 */
export async function runCeremonyCommand(scriptPath: string, options: CeremonyOptions): Promise<number> {
  const supervisor = new Caller(inheritedPipe(SUPERVISOR), 'the supervisor', 'GUARD_DIED');
  const { machine, sync } = supervised(supervisor);
  const { columns, rows } = options;
  const isAtTable = columns !== undefined && rows !== undefined;
  const narrate = narrator(process.stderr, isAtTable ? systemClock.now : undefined);

  const planned = await planFiles({
    script: scriptPath,
    site: options.site,
    at: systemClock.now(),
    issue: lazyIssue,
  });
  if (!planned.planning.plan || !planned.siteBytes) {
    process.stderr.write(planned.printed);
    return EXIT.refused;
  }
  const { plan } = planned.planning;
  const inputs = readInputs(options.site);
  const authorization = readAuthorization(inputs.required('authorization.json'));
  const roster = isFounding(authorization) ? NO_ROSTER : readRoster(inputs.required('roster.json'));
  const program = (await supervisor.call('program')).value as unknown as OpeningEvent['program'];
  const goesOn = options.resume ?? false;
  const room = await audience({
    pipe: inheritedPipe(PEOPLE),
    command: { script: scriptPath, site: options.site, out: options.out, mirror: options.mirror, resume: goesOn },
    plan,
    names: inputs.required('people.json'),
    narrate,
    size: isAtTable ? { columns, rows } : undefined,
  });
  const guardCaller = new Caller(inheritedPipe(GUARD), 'the guard', 'GUARD_DIED', (note) => {
    if (note === SCREEN_TAKEN) room.screenTaken();
  });
  const { out, mirror } = options;
  const output = await openOutput({
    out,
    ...(mirror === undefined ? {} : { mirror }),
    resume: goesOn,
    sync,
    bringBack: async (at) => {
      await supervisor.call('bringBack', { at });
    },
  });
  const { copies } = output;
  const { REPORT_VERSION } = await import('../report/layout/fonts.ts');
  const people = sha256(inputs.required('people.json'));
  const begins = opening(plan, authorization, people, program, REPORT_VERSION);
  const interrupted = goesOn ? await recover(output.files, begins) : undefined;
  const files = interrupted ? keeping(output.files) : output.files;
  const opened: FolderFiles[] = [];
  const media = mediaOf(plan, (at) => {
    const medium = new FolderFiles(at, sync);
    opened.push(medium);
    return goesOn ? { ...keeping(medium), entries: (folder, most) => medium.entries(folder, most) } : medium;
  });
  if (interrupted && (await isSealed({ plan, files, media }))) {
    if (output.isCompleted) {
      narrate.line(`the ceremony is closed and its pack sealed, now in "${out}" and in "${mirror}"`);
      output.close();
      for (const one of [supervisor, guardCaller, room]) one.close();
      return EXIT.done;
    }
    throw new CeremonyError(
      'OUTPUT_SEALED',
      `the ceremony in "${options.out}" is closed and its pack sealed: there is nothing to go on with`,
      { hint: 'quorate verify shows what it is' },
    );
  }
  if (goesOn) for (const medium of opened) medium.sweep();
  await output.reserve(RESERVE_BYTES);
  await writeInputs(files, planned, plan, roster, inputs);
  const guard = new GuardClient(guardCaller, room.watch);
  const started = systemClock.milliseconds();
  const times = new StepTimes(systemClock);
  const running = runCeremony({
    plan,
    roster,
    authorization,
    previous: planned.previous?.ledger ?? null,
    opening: begins,
    stepTypes: STEP_TYPES,
    files: room.logged(files),
    ...(copies ? { copies } : {}),
    media,
    sheets: planned.sheets,
    ...(planned.weakKeys ? { weakKeys: planned.weakKeys } : {}),
    keyFiles: (at) => new FolderFiles(at, sync),
    guard,
    people: times.watching(room.people),
    named: new Set(readPeople(inputs.required('people.json')).keys()),
    clock: systemClock,
    random: systemRandom,
    issue: lazyIssue,
    machine,
    ...(interrupted ? { interrupted } : {}),
  });
  const outcome = await untilAdjourned(running);
  if (outcome instanceof CeremonyError) {
    for (const one of opened) one.close();
    output.close();
    narrate.line(outcome.message);
    await room.finish([
      outcome.message,
      `record      ${out}`,
      ...(mirror === undefined || copies?.lostAt !== undefined ? [] : [`            and the same in ${mirror}`]),
      '',
      'The head of the act that has just ended is on every paper: two of you type it when you are back.',
      'It goes on with the same command and --resume. Now the computer goes into its bag.',
    ]);
    for (const one of [supervisor, guardCaller, room]) one.close();
    return outcome.exitCode;
  }
  const { manifest, unsigned } = await sealPack({
    outcome,
    plan,
    roster: outcome.roster,
    authorization: authorization.digest,
    files,
    guard,
    media,
    guide: verificationGuide(),
    previous: planned.previous?.ledger ?? null,
    render: async (source) => (await import('../report/report.ts')).renderReport(source),
  });
  for (const one of opened) one.close();
  output.close();
  const pack = copies?.lostAt === out && mirror !== undefined ? mirror : out;
  const summary = await summarise(pack, files, outcome, outcome.roster, manifest, {
    milliseconds: Math.round(systemClock.milliseconds() - started),
    pkcs11Milliseconds: options.stageMilliseconds + (await guard.tokenMilliseconds()),
    stepMilliseconds: times.milliseconds,
  });
  narrate.outcome(outcome.outcome, summary);
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  await room.finish([
    `outcome     ${outcome.outcome}`,
    `pack        ${pack}`,
    ...(mirror === undefined || copies?.lostAt !== undefined ? [] : [`            and the same in ${mirror}`]),
    `events      ${outcome.events.length}`,
    '',
    'SHA-256 of the manifest: everyone writes its words on their paper copy.',
    ...hexGroups(manifest).map((row) => `  ${row}`),
    ...wordRows(manifest).map((row) => `  ${row.number}  ${row.words.join('  ')}`),
    ...unsigned.map(({ seat, error }) => `NOT SIGNED by ${seat}: ${error.message}`),
  ]);
  for (const one of [supervisor, guardCaller, room]) one.close();
  for (const { seat, error } of unsigned) narrate.line(`"${seat}" has not signed the manifest: ${error.message}`);
  const error = outcome.error ?? unsigned[0]?.error ?? output.unfinished;
  if (!error) return EXIT.done;
  narrate.error(error);
  return error.exitCode;
}

/** @returns what it came to, or that the day has ended: then nothing is sealed */
async function untilAdjourned<T>(running: Promise<T>): Promise<T | CeremonyError> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof CeremonyError && error.code === 'CEREMONY_ADJOURNED') return error;
    throw error;
  }
}

function opening(
  plan: Plan,
  authorization: ReturnType<typeof readAuthorization>,
  people: string,
  program: OpeningEvent['program'],
  report: string,
): OpeningEvent {
  const steps = [...new Set(stepsOf(plan).map((step) => step.type))].sort();
  return {
    type: 'opening',
    title: plan.title,
    objectives: plan.objectives,
    number: authorization.ceremony,
    mode: plan.mode,
    authorization: authorization.digest,
    script: plan.script,
    site: plan.site,
    roster: authorization.roster,
    people,
    previous: authorization.previous,
    plan: planDigest(plan),
    program,
    versions: {
      rules: Object.fromEntries(plan.rules.map((name) => [name, packDigest(RULE_PACKS.get(name) as RulePack)])),
      profiles: profileDigests(plan),
      steps: Object.fromEntries(steps.map((type) => [type, STEP_TYPES.get(type)?.version ?? 0])),
      report,
    },
  };
}

interface Inputs {
  readonly all: ReadonlyMap<string, Uint8Array>;
  required(path: string): Uint8Array;
}

/** What lies beside the site binding; other files there are not the ceremony's. */
const FILES = ['roster.json', 'people.json', 'authorization.json'];
const SIGNATURES = ['roster', 'authorization'];

function readInputs(site: string): Inputs {
  const folder = dirname(site);
  const all = new Map<string, Uint8Array>([[PATH.site, readInput(site, 'site binding')]]);
  for (const name of FILES) if (existsSync(join(folder, name))) all.set(name, readInput(join(folder, name), 'input'));
  for (const name of SIGNATURES) {
    if (!existsSync(join(folder, name))) continue;
    for (const inner of readdirSync(join(folder, name))) {
      if (inner.endsWith('.p7s')) all.set(`${name}/${inner}`, readInput(join(folder, name, inner), 'signature'));
    }
  }
  return {
    all,
    required(path) {
      const bytes = all.get(path);
      if (!bytes) throw new CeremonyError('FILE_MISSING', `"${path}" is not beside the site binding`);
      return bytes;
    },
  };
}

/** What was decided before the ceremony goes into the pack first, so that the opening event's digests have their files. */
async function writeInputs(
  files: Files,
  planned: PlannedFiles,
  plan: Plan,
  roster: Roster,
  inputs: Inputs,
): Promise<void> {
  const first: [string, Uint8Array][] = [
    [PATH.script, planned.scriptBytes],
    [PATH.site, inputs.required(PATH.site)],
    [PATH.authorization, inputs.required('authorization.json')],
    [PATH.people, inputs.required('people.json')],
    [PATH.plan, canonicalBytes(plan as unknown as Json)],
  ];
  for (const [path, bytes] of planned.previous?.files ?? []) first.push([path, bytes]);
  // A first enrolment makes its own.
  if (roster !== NO_ROSTER) first.push([PATH.roster, inputs.required('roster.json')]);
  for (const member of roster.members) {
    for (const [index, token] of member.tokens.entries()) {
      first.push([rosterCertificatePath(member.seat, index), Buffer.from(pemOf('CERTIFICATE', token.signing))]);
    }
  }
  for (const [path, bytes] of inputs.all) {
    if (roster === NO_ROSTER && path.startsWith('roster/')) continue;
    if (/^(roster|authorization)\/[a-z0-9-]+\.p7s$/.test(path)) first.push([path, bytes]);
  }
  await files.createAll(first);
}

function mediaOf(plan: Plan, open: (at: string) => MediumFiles): (name: string) => readonly Medium[] {
  const media = new Map<string, readonly Medium[]>();
  for (const [name, folders] of Object.entries(plan.media)) {
    media.set(
      name,
      folders.map((at, index) => ({ name: `${name} ${index + 1}`, at, files: open(at) })),
    );
  }
  return (name) => {
    const copies = media.get(name);
    if (!copies) throw new CeremonyError('PATH_REFUSED', `the site has no medium "${name}"`);
    return copies;
  };
}
