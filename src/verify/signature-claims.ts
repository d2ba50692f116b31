import { deviationNeed, leftBy } from '../plan/left-steps.ts';
import { exchangesIn } from '../plan/plan-in-force.ts';
import { stepFrames } from '../plan/step-frames.ts';
import type { Event } from '../transcript/event.ts';
import { quorumSince } from './ballots.ts';
import type { Claim, ClaimInput } from './claims.ts';
import type { Coverage } from './coverage.ts';
import type { PartOrNone } from './part-missing.ts';

interface Given extends ClaimInput {
  readonly part: PartOrNone;
  readonly coverage: Coverage;
  readonly anchored: boolean;
}

/** What a claim rests on, or why there is nothing that it could rest on. */
type Evidence = { readonly detail: string } | { readonly missing: string };

/** Its finding says what the claim says: that steps are not shown. */
const WITHHELD = 'STEP-WITHHELD';

const NOTHING = { missing: 'there is nothing of it in this pack' };

interface SignatureClaim {
  readonly claim: string;
  /** Families of check ids that it rests on. */
  readonly families: readonly string[];
  readonly evidence: (given: Given) => Evidence;
}

const CLAIMS: readonly SignatureClaim[] = [
  {
    claim: 'the record is whole and in order',
    families: ['PACK', 'MANIFEST', 'SUMS', 'CHAIN', 'EVENT', 'OPENING', 'SIGNATURE', 'OUTCOME'],
    evidence: ({ coverage }) =>
      !coverage.sealed
        ? { missing: 'never sealed: there is no manifest, and no signature says where the record ends' }
        : coverage.closed
          ? { detail: `chained by SHA-256, closed by the signatures over the manifest; ${signersOf(coverage)}` }
          : { missing: `the manifest is ${signersOf(coverage)}` },
  },
  {
    claim: 'script and plan were followed, step by step',
    families: ['PLAN', 'STEP', 'MODE', 'DEVIATION', 'PAUSE', 'CORRECTION', 'DECISION'],
    evidence: stepsJudged,
  },
  {
    claim: 'every deviation from the script was approved by the quorum',
    families: ['DEVIATION', 'APPROVAL', 'ROSTER'],
    evidence: deviationsApproved,
  },
  {
    claim: 'every HSM operation was approved by the quorum before it was done',
    families: ['QUORUM', 'APPROVAL', 'PROPOSAL', 'ROSTER'],
    evidence: (given) => {
      const intents = given.part('events')?.filter((event) => event.type === 'intent') ?? [];
      if (intents.length === 0) return NOTHING;
      const covered = intents.filter((event) => event.seq <= given.coverage.last).length;
      if (covered === 0)
        return { missing: `${intents.length} are recorded, after the last event that a signature covers` };
      return reaching(
        given,
        `${ofShownLines(given)}${covered} operations: signatures of distinct people counted again from the roster's numbers`,
      );
    },
  },
  {
    claim: 'what was signed is, byte for byte, what was approved',
    families: ['CERTIFICATE', 'CRL', 'REQUEST', 'OCSP', 'KEY', 'PROPOSAL'],
    evidence: ({ part }) => {
      const issued = (part('certificates')?.length ?? 0) + (part('crls')?.length ?? 0);
      const requests = part('requests')?.length ?? 0;
      const responses = part('ocspResponses')?.length ?? 0;
      const files = [
        ...(issued === 0 ? [] : [`${issued} certificates and CRLs`]),
        ...(requests === 0 ? [] : [counted(requests, 'request')]),
        ...(responses === 0 ? [] : [counted(responses, 'OCSP response')]),
      ];
      return files.length === 0 ? NOTHING : { detail: `${files.join(' and ')}, read by other code than issued them` };
    },
  },
  {
    claim: 'people with a token were present and stated what is recorded',
    families: ['STATEMENT'],
    evidence: ({ part }) => {
      const events = part('events') ?? [];
      const statements = events.filter((event) => event.type === 'statement' && event.evidence === 'token').length;
      return statements === 0 ? NOTHING : { detail: `${statements} statements, each signed with their own token` };
    },
  },
  {
    claim: 'the ledger follows from the record',
    families: ['LEDGER'],
    evidence: ({ coverage }) =>
      !coverage.sealed
        ? { missing: 'never sealed: a ledger is written when a ceremony is' }
        : coverage.closed
          ? { detail: 'derived again' }
          : { missing: `derived again from a record whose manifest is ${signersOf(coverage)}` },
  },
];

/** What rests on signatures that lead to the roster: proven only where there are such signatures over something. */
export function signatureClaims(given: Given): readonly Claim[] {
  return CLAIMS.map(({ claim, families, evidence }) => {
    const belongs = ({ check }: { readonly check: string }) =>
      check !== WITHHELD && families.some((family) => check.startsWith(`${family}-`));
    if (given.findings.some(belongs)) {
      const unsigned = families.includes('SIGNATURE') && given.coverage.sealed && !given.coverage.closed;
      const detail = unsigned ? `see the findings; the manifest is ${signersOf(given.coverage)}` : 'see the findings';
      return { claim, status: 'faulty', detail };
    }
    if (given.notRun.some(belongs)) return { claim, status: 'not shown', detail: 'checks could not run' };
    const shown = evidence(given);
    if ('missing' in shown) return { claim, status: 'not shown', detail: shown.missing };
    return { claim, status: given.anchored ? 'proven' : 'not anchored', detail: shown.detail };
  });
}

function stepsJudged(given: Given): Evidence {
  const { part, coverage, unjudged } = given;
  const run = new Set(part('events')?.flatMap((event) => (event.type === 'step' ? [event.step] : [])));
  if (run.size === 0) return NOTHING;
  if (coverage.last === 0) return { missing: 'no signature covers any of it' };
  const ended = endsOf(part('events') ?? []);
  const covered = [...ended.values()].filter((seq) => seq <= coverage.last).length;
  if (covered === 0)
    return { missing: `no step had ended by event ${coverage.last}, the last that a signature covers` };
  if (unjudged.length > 0) {
    const steps = unjudged.map(({ step }) => step).join(', ');
    const reasons = [...new Set(unjudged.map(({ because }) => because))].join('; ');
    return { missing: `for ${unjudged.length} of ${run.size} steps (${steps}): ${reasons}` };
  }
  return reaching(
    given,
    `the plan was derived again and compared with every event of ${covered} steps${deviationsIn(given)}`,
  );
}

/** Seq of the event with which each step ended or was left out, the last time: what it owes is judged up to there. */
function endsOf(events: readonly Event[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'close' || (event.type === 'step' && event.phase !== 'begin')) ends.set(event.step, event.seq);
    else if (event.type === 'step') ends.delete(event.step);
  }
  return ends;
}

/** Nobody can say what a withheld line holds: a claim over events is one over those that are there. */
function ofShownLines({ part }: Given): string {
  return part('eventLines')?.some(({ bytes }) => bytes.length === 0) ? 'of the lines shown: ' : '';
}

/** What a reader must know of a script that was followed: where it was not. */
function deviationsIn({ part }: Given): string {
  const [events, roster, plan] = [part('events') ?? [], part('roster'), part('plan')];
  const need = roster && plan ? deviationNeed(roster, plan) : Number.POSITIVE_INFINITY;
  const done = new Set([
    ...stepFrames(events).map((frame) => leftBy(frame, need)?.deviation.seq),
    ...exchangesIn(events, need).map(({ seq }) => seq),
  ]);
  const said = events.flatMap((event) => {
    if (event.type !== 'deviation') return [];
    if (event.effect === 'none') return [event.step];
    if (event.effect === 'resume') return [`${event.step}: went on after an interruption`];
    if (event.effect === 'quirk') return [`${event.step}: ${event.names.slice(1).join(', ')} not reported, accepted`];
    const [leaves, comes] = event.names;
    const effect = event.effect === 'exchange' ? `${comes} for ${leaves}` : event.effect;
    return [`${event.step}: ${effect}${done.has(event.seq) ? '' : ', not approved in time and not done'}`];
  });
  return said.length === 0 ? '' : `, but for ${counted(said.length, 'deviation')} (${said.join(', ')})`;
}

function deviationsApproved(given: Given): Evidence {
  const { part, coverage } = given;
  const [deviations, counts, roster, plan] = [
    part('deviations'),
    part('deviationCounts'),
    part('roster'),
    part('plan'),
  ];
  if (!deviations || !counts || !roster || !plan) return { missing: 'checks could not run' };
  if (coverage.last === 0) return { missing: 'no signature covers any of it' };
  const need = deviationNeed(roster, plan);
  const open = deviations.filter((one) => quorumSince(one, counts.get(one.seq)?.seats ?? [], need) === undefined);
  if (open.length > 0) {
    const where = open.map(({ seq, event }) => `event ${seq} in step ${event.step}`).join(', ');
    return { missing: `${open.length} of ${counted(deviations.length, 'deviation')} not approved: ${where}` };
  }
  if (deviations.length === 0) return reaching(given, 'none is recorded');
  return reaching(
    given,
    `${counted(deviations.length, 'deviation')}: signatures of distinct people counted again from the roster's numbers`,
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Says how far signatures reach, where they are not those of everybody over the whole. */
function reaching({ coverage }: Given, detail: string): Evidence {
  if (coverage.closed) return { detail };
  if (coverage.fits && coverage.signed.length > 0)
    return { detail: `${detail}; the manifest is ${signersOf(coverage)}` };
  return { detail: `${detail}; up to event ${coverage.last}, the last that a signature covers` };
}

function signersOf({ fits, required, signed }: Coverage): string {
  const by = `signed by ${signed.length} of ${required.length} people who must (${signed.join(', ') || 'nobody'})`;
  return fits ? by : `of another record, ${by}`;
}
