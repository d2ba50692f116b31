import type { Finding } from '../base/finding.ts';
import { escapeForeign } from '../base/text.ts';
import { PATH } from '../pack/layout.ts';
import type { Pack } from '../pack/pack-reader.ts';
import type { Plan } from '../plan/plan.ts';
import type { Exchange } from '../plan/plan-in-force.ts';
import { protectionOf } from '../quorum/activation.ts';
import { isFounding, memberOf, type Roster } from '../quorum/roster.ts';
import type { Event } from '../transcript/event.ts';
import type { Unjudged } from './check.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { destructionClaims } from './destruction-claims.ts';
import type { Derivations, VerifyOptions } from './options.ts';
import { orNone, type PartOrNone } from './part-missing.ts';
import type { PartName, Parts } from './parts.ts';
import { reportState } from './report-state.ts';
import { signatureClaims } from './signature-claims.ts';
import type { NotRun } from './verify-pack.ts';

/**
 * What a pack shows of one claim. `proven`: by signatures that lead to the given roster; `not anchored`: consistent in
 * itself, as an invented pack would be; `asserted`: people said so, on paper or aloud; `stated`: the program or the
 * token said so; `not shown`: nothing in the pack tells; `faulty`: there are findings.
 */
export type ClaimStatus = 'proven' | 'not anchored' | 'asserted' | 'stated' | 'not shown' | 'faulty';

export interface Claim {
  readonly claim: string;
  readonly status: ClaimStatus;
  /** Who or what it rests on. */
  readonly detail: string;
}

/** Code that runs both when a ceremony is held and when its pack is verified: an error in it would not be seen here. */
export const SHARED_WITH_RUNNER: readonly string[] = [
  'base (canonical JSON, digests, dates)',
  'der, x509, pki (reading certificates and CRLs, rule packs); what issues them is other code',
  'cms and quorum (formats and counting; the guard counts with the same code in its own process)',
  'script, plan, steps (reading the script, deriving the plan, what each step type judges)',
  'transcript, ledger, pack (line formats, deriving the ledger, the order of the manifest)',
];

export interface ClaimInput {
  readonly pack: Pack;
  readonly get: <N extends PartName>(name: N) => Parts[N];
  readonly options: VerifyOptions;
  readonly derive: Derivations;
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
  readonly unjudged: readonly Unjudged[];
}

/** What this pack shows, claim by claim. */
export function claimsOf(input: ClaimInput): readonly Claim[] {
  const { pack, options, findings } = input;
  const part = orNone(input.get);
  const anchored =
    options.roster !== undefined &&
    part('roster') !== undefined &&
    !findings.some((finding) => finding.check === 'ANCHOR-ROSTER');
  const coverage = coverageOf(pack, part);
  return [
    ...signatureClaims({ ...input, part, coverage, anchored }),
    ...uncovered(coverage, part('events') ?? []),
    authorized(input, anchored),
    ...founded(part('authorization'), part('roster')),
    ...paper(part('roster'), part('plan'), part('exchanges') ?? []),
    ...pauses(part('events') ?? []),
    {
      claim: 'the time of each event',
      status: 'asserted',
      detail: 'by those who compared the clock; the record shows only that time did not go back',
    },
    {
      claim: 'the attributes of keys, and which HSM it was',
      status: 'stated',
      detail: 'by the token; no attestation by its maker is in the pack',
    },
    {
      claim: 'the program was the one whose digest is recorded',
      status: 'stated',
      detail: 'by the program itself; edited software states what it likes',
    },
    {
      claim: 'the HSM was used for nothing else',
      status: 'not shown',
      detail: 'a record cannot show what was left out of it',
    },
    ...destructionClaims(part('done') ?? []),
    ...protection(part('done') ?? [], part('plan')),
    { claim: 'the pack existed at a certain time', status: 'not shown', detail: stampDetail(pack) },
    ...report(input, part, anchored && coverage.closed),
  ];
}

/** The report is signed by nobody: it is as good as what it renders from, when it is what that renders to. */
function report(
  { pack, derive, options, findings, notRun }: ClaimInput,
  part: PartOrNone,
  closed: boolean,
): readonly Claim[] {
  if (options.outcome === 'interrupted') return [];
  const claim = `${PATH.report} shows what the record says`;
  const opening = part('opening');
  if (findings.some(({ check }) => check === 'VIEW-REPORT'))
    return [{ claim, status: 'faulty', detail: 'see the findings' }];
  if (!opening || notRun.some(({ check }) => check === 'VIEW-REPORT'))
    return [{ claim, status: 'not shown', detail: 'checks could not run' }];
  const state = reportState(pack, derive, opening, part('eventLines') ?? []);
  if (state.kind === 'same')
    return [{ claim, status: closed ? 'proven' : 'not anchored', detail: 'rendered again, byte for byte' }];
  const because = state.kind === 'not compared' ? `: ${escapeForeign(state.because)}` : '';
  return [{ claim, status: 'not shown', detail: `${PATH.report} was not compared${because}` }];
}

function stampDetail(pack: Pack): string {
  return pack.paths.some((path) => path.startsWith('timestamps/'))
    ? 'its time stamps are not checked by this version'
    : 'there is no time stamp';
}

/** Of what was never sealed, or is not what was: where the last signature ends. */
function uncovered({ sealed, fits, last, by }: Coverage, events: readonly Event[]): readonly Claim[] {
  const end = events.at(-1)?.seq ?? 0;
  if ((sealed && fits) || last >= end) return [];
  const covered = events.find((event) => event.seq === last);
  const detail = covered
    ? `is covered by no signature: event ${last} (${covered.type}) is the last that one covers, by ${by.join(', ')}`
    : 'is covered by no signature';
  return [{ claim: last === 0 ? 'what happened' : `what happened after event ${last}`, status: 'not shown', detail }];
}

function authorized({ pack, findings, notRun, get }: ClaimInput, anchored: boolean): Claim {
  const part = orNone(get);
  const claim = 'the policy authority authorized script, site and roster';
  if (findings.some(({ check }) => check.startsWith('AUTHORIZATION-') || check.startsWith('OPENING-'))) {
    return { claim, status: 'faulty', detail: 'see the findings' };
  }
  if (notRun.some(({ check }) => check.startsWith('AUTHORIZATION-'))) {
    return { claim, status: 'not shown', detail: 'checks could not run' };
  }
  if (part('authorization') && isFounding(part('authorization') as Parts['authorization']))
    return { claim, status: 'asserted', detail: 'on paper: before the first roster there was nobody who could sign' };
  const signed = pack.paths.some((path) => /^authorization\/.*\.p7s$/.test(path));
  if (!signed) return { claim, status: 'not shown', detail: 'the authorization is not signed' };
  return { claim, status: anchored ? 'proven' : 'not anchored', detail: 'signatures counted again' };
}

/** Of a first enrolment: what its signatures show, and what they cannot. */
function founded(authorization: Parts['authorization'] | undefined, roster: Roster | undefined): readonly Claim[] {
  if (!authorization || !isFounding(authorization) || !roster || roster.members.length === 0) return [];
  return [
    {
      claim: 'each member of the roster is the person of that name',
      status: 'asserted',
      detail: 'by those who were there; the pack shows that each token signed and opened, and whose it said it was',
    },
  ];
}

function paper(roster: Roster | undefined, plan: Plan | undefined, exchanges: readonly Exchange[]): readonly Claim[] {
  if (!roster || !plan) return [];
  const called = new Set([...Object.values(plan.seats).flat(), ...exchanges.map(({ comes }) => comes)]);
  const seats = [...called].filter((seat) => memberOf(roster, seat)?.evidence === 'paper');
  if (seats.length === 0) return [];
  return [
    {
      claim: `what ${seats.join(', ')} did and saw`,
      status: 'asserted',
      detail: 'by ink on paper, which is not in this pack',
    },
  ];
}

/** Nobody can tell from a record what was done to the equipment while it was not written. */
function pauses(events: readonly Event[]): readonly Claim[] {
  const begun = events.filter((event) => event.type === 'pause' && event.phase === 'begin');
  if (begun.length === 0) return [];
  return [
    {
      claim: `that the equipment was not left alone during ${begun.length} pause${begun.length === 1 ? '' : 's'}`,
      status: 'asserted',
      detail: 'by those who stayed; the head that two people typed back shows only that the record is the same',
    },
  ];
}

/** What kept each operation from being done without its quorum: derived, and not as the record has it. */
function protection(done: Parts['done'], plan: Plan | undefined): readonly Claim[] {
  const used = new Set(done.map(({ operation }) => operation.hsm.name));
  const means = (plan?.tokens ?? []).filter(({ name }) => used.has(name)).map((token) => protectionOf(token.means));
  return [...new Set(means)].map((kind) => ({
    claim: `operations were protected by ${kind}`,
    status: 'stated' as const,
    detail: 'by site and authorization; that the HSM is set up so is the word of its keepers',
  }));
}
