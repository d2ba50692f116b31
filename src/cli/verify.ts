import { openPackFolder } from '../adapters/pack-folder.ts';
import { isSha256, type Sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { wordsToDigest } from '../base/words.ts';
import { kindOf } from '../pack/layout.ts';
import type { Manifest } from '../pack/manifest.ts';
import { openPack } from '../pack/pack-reader.ts';
import type { PackSource } from '../pack/source.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { isFounding } from '../quorum/roster.ts';
import { readScript, readSite } from '../script/read-script.ts';
import { STEP_TYPES } from '../steps/registry.ts';
import type { NamedPack } from '../verify/chain/pack-chain.ts';
import { verifyAnchored } from '../verify/chain/verify-anchored.ts';
import { type ChainVerification, verifyChain } from '../verify/chain/verify-chain.ts';
import type { Derivations, Outcome, PlanSource, VerifyOptions } from '../verify/options.ts';
import { verifyPack } from '../verify/verify-pack.ts';
import { profileTemplates, verificationGuide } from './program-files.ts';
import { print, printChain, type VerifiedPack } from './verify-print.ts';

export interface VerifyFlags {
  readonly expect: string;
  /** Of several packs each has one of these; none is an anchor for none. */
  readonly roster?: readonly string[];
  readonly outcome?: readonly string[];
  readonly withheld?: string;
  readonly report: boolean;
  readonly json?: boolean;
}

/**
 * Derives everything in a pack again and lists all findings; of several packs it does so of each, and holds them to one
 * another. Exit 0 without any finding, 1 with some.
 */
export async function verifyCommand(paths: readonly string[], flags: VerifyFlags): Promise<number> {
  const { each, chain, isSound } = await verifyPacks(paths, flags);
  const [only] = each;
  if (only && !chain) {
    const { name, ...verification } = only;
    process.stdout.write(
      flags.json ? `${JSON.stringify(verification)}\n` : `${print(name, verification).join('\n')}\n`,
    );
  } else if (chain) {
    process.stdout.write(
      flags.json ? `${JSON.stringify({ packs: each, chain })}\n` : `${printChain(each, chain).join('\n')}\n`,
    );
  }
  return isSound ? EXIT.done : EXIT.findings;
}

/** Packs as they were given, and what is wrong with them. */
export interface VerifiedPacks {
  readonly packs: readonly NamedPack[];
  /** In the same order. */
  readonly each: readonly VerifiedPack[];
  /** Of several alone. */
  readonly chain: ChainVerification | undefined;
  /** Nothing was found, and no check was kept from running. */
  readonly isSound: boolean;
}

/** Each alone, and several held to one another. @throws CeremonyError USAGE, PACK_UNREADABLE */
export async function verifyPacks(paths: readonly string[], flags: VerifyFlags): Promise<VerifiedPacks> {
  const allowed = readFlags(flags);
  const packs = paths.map((name) => ({ name, source: openPackFolder(name, (inside) => kindOf(inside)?.limit) }));
  const derivations = new Map<PackSource, Derivations>();
  for (const { source } of packs)
    derivations.set(source, {
      plan: derivePlan,
      steps: STEP_TYPES,
      report: flags.report ? await renderAgain(source) : { because: '--no-report was given' },
      guide: verificationGuide(),
    });
  const each = verifyAnchored(packs, (source, followed) =>
    verifyPack(source, { ...optionsFor(source, allowed), followed }, derivations.get(source) as Derivations),
  );
  const chain = packs.length > 1 ? verifyChain(packs, { plan: derivePlan, steps: STEP_TYPES }) : undefined;
  const isSound =
    each.every(({ findings, notRun }) => findings.length === 0 && notRun.length === 0) &&
    (chain?.findings.length ?? 0) === 0;
  return { packs, each, chain, isSound };
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

/** What the reader accepts: of each pack the roster is one of these, and so is the outcome. */
interface Allowed extends Omit<VerifyOptions, 'roster' | 'outcome'> {
  readonly rosters: readonly Sha256[];
  readonly outcomes: readonly Outcome[];
}

function readFlags({ expect, outcome = ['complete'], withheld, roster = [] }: VerifyFlags): Allowed {
  if (expect !== 'rehearsal' && expect !== 'production')
    throw new CeremonyError('USAGE', `--expect is "${expect}", expected rehearsal or production`);
  if (withheld !== undefined && withheld !== 'allowed')
    throw new CeremonyError('USAGE', `--withheld is "${withheld}", expected allowed`);
  return {
    expect,
    rosters: roster.map(readAnchor),
    outcomes: outcome.map(readOutcome),
    ...(withheld === undefined ? {} : { withheld }),
  };
}

function readOutcome(outcome: string): Outcome {
  if (outcome === 'complete' || outcome === 'aborted' || outcome === 'interrupted') return outcome;
  throw new CeremonyError('USAGE', `--outcome is "${outcome}", expected complete, aborted or interrupted`);
}

/** Where several are right, the pack's own if it is among them, else the first: the checks then say what is wrong. */
function optionsFor(source: PackSource, { rosters, outcomes, ...options }: Allowed): VerifyOptions {
  const { outcome, roster } = rosters.length > 1 || outcomes.length > 1 ? statedBy(source) : {};
  const anchor = rosters.find((one) => one === roster) ?? rosters[0];
  return {
    ...options,
    outcome: outcomes.find((one) => one === outcome) ?? outcomes[0] ?? 'complete',
    ...(anchor === undefined ? {} : { roster: anchor }),
  };
}

function statedBy(source: PackSource): Partial<Pick<Manifest, 'outcome' | 'roster'>> {
  try {
    return openPack(source).manifest();
  } catch (error) {
    if (error instanceof CeremonyError) return {};
    throw error;
  }
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
