import { openPackFolder } from '../adapters/pack-folder.ts';
import { isSha256, type Sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { wordRows, wordsToDigest } from '../base/words.ts';
import { kindOf } from '../pack/layout.ts';
import type { PackSource } from '../pack/source.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { isFounding } from '../quorum/roster.ts';
import { readScript, readSite } from '../script/read-script.ts';
import { STEP_TYPES } from '../steps/registry.ts';
import type { Derivations, Outcome, PlanSource, VerifyOptions } from '../verify/options.ts';
import { type Verification, verifyPack } from '../verify/verify-pack.ts';
import { profileTemplates, verificationGuide } from './program-files.ts';

export interface VerifyFlags {
  readonly expect: string;
  readonly roster?: string;
  readonly outcome: string;
  readonly withheld?: string;
  readonly report: boolean;
  readonly json?: boolean;
}

/** Derives everything in a pack again and lists all findings. Exit 0 without any, 1 with some. */
export async function verifyCommand(path: string, flags: VerifyFlags): Promise<number> {
  const options = readFlags(flags);
  const source = openPackFolder(path, (inside) => kindOf(inside)?.limit);
  const verification = verifyPack(source, options, {
    plan: derivePlan,
    steps: STEP_TYPES,
    report: flags.report ? await renderAgain(source) : { because: '--no-report was given' },
    guide: verificationGuide(),
  });
  process.stdout.write(flags.json ? `${JSON.stringify(verification)}\n` : `${print(path, verification).join('\n')}\n`);
  return verification.findings.length === 0 && verification.notRun.length === 0 ? EXIT.done : EXIT.findings;
}

/**
 * People read the report, so that it is rendered again unless told otherwise. Whatever keeps it from being rendered (a
 * pack that is no pack, a PDF library that is not there) must not end the verification: then it was not compared.
 */
async function renderAgain(source: PackSource): Promise<NonNullable<Derivations['report']>> {
  try {
    const [{ renderReport }, { REPORT_VERSION }] = await Promise.all([
      import('../report/report.ts'),
      import('../report/layout/fonts.ts'),
    ]);
    return { version: REPORT_VERSION, bytes: await renderReport(source) };
  } catch (error) {
    return { because: `it could not be rendered: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function readFlags(flags: VerifyFlags): VerifyOptions {
  const { expect, outcome, withheld } = flags;
  if (expect !== 'rehearsal' && expect !== 'production')
    throw new CeremonyError('USAGE', `--expect is "${expect}", expected rehearsal or production`);
  if (outcome !== 'complete' && outcome !== 'aborted' && outcome !== 'interrupted') {
    throw new CeremonyError('USAGE', `--outcome is "${outcome}", expected complete, aborted or interrupted`);
  }
  if (withheld !== undefined && withheld !== 'allowed')
    throw new CeremonyError('USAGE', `--withheld is "${withheld}", expected allowed`);
  return {
    expect,
    outcome: outcome satisfies Outcome,
    ...(withheld === undefined ? {} : { withheld }),
    ...(flags.roster === undefined ? {} : { roster: readAnchor(flags.roster) }),
  };
}

/** The roster's digest in hex, with or without spaces, or in words. */
function readAnchor(text: string): Sha256 {
  const hex = text.replaceAll(/\s/g, '').toLowerCase();
  if (isSha256(hex)) return hex;
  const { digest, problems } = wordsToDigest(text.trim().split(/[\s,]+/));
  if (digest === null) {
    const [problem] = problems;
    throw new CeremonyError(
      'USAGE',
      `--roster is neither 64 hexadecimal digits nor 32 words: ${problem?.message ?? ''}`,
    );
  }
  return digest;
}

/** The plan as this version makes it from the pack's own script and site. @throws CeremonyError SCRIPT_REFUSED */
export function derivePlan({ script, site, roster, authorization, ledger }: PlanSource): Plan {
  const { plan, problems } = makePlan({
    script: readScript(script, 'script.yaml', STEP_TYPES),
    site: readSite(site, 'site.yaml'),
    // A first enrolment is planned without a roster, which it makes.
    ...(isFounding(authorization) ? {} : { roster }),
    authorization,
    ...(ledger ? { ledger } : {}),
    stepTypes: STEP_TYPES,
    templates: profileTemplates(),
    window: [authorization.notBefore, authorization.notAfter],
  });
  if (!plan) {
    const [first] = problems;
    throw new CeremonyError(
      'SCRIPT_REFUSED',
      `the script makes no plan: ${first ? `${first.file}:${first.line}:${first.column}: ${first.text}` : 'unknown'}`,
    );
  }
  return plan;
}

function print(path: string, { findings, notRun, notes, claims, ends, evidence, shared }: Verification): string[] {
  const lines = [`evidence pack ${path}`];
  for (const claim of claims) lines.push(`  ${claim.status.padEnd(13)} ${claim.claim}: ${claim.detail}`);
  for (const { state, kind, detail } of evidence) lines.push(`  ${state.padEnd(13)} evidence ${kind}: ${detail}`);
  for (const code of shared) lines.push(`  shared        with the program that made the pack: ${code}`);
  if (ends) {
    lines.push(`the record has ${ends.events} events; its head in words:`);
    lines.push(...wordRows(ends.head).map((row) => `  ${row.number}  ${row.words.join('  ')}`));
  }
  for (const note of notes) lines.push(`note: ${note}`);
  for (const one of notRun) lines.push(`not run: ${one.check}: ${one.because}`);
  for (const finding of findings) lines.push(`${finding.check}: ${finding.where}: ${finding.message}`);
  lines.push(findings.length === 0 && notRun.length === 0 ? 'no findings' : `${findings.length} findings`);
  return lines;
}
