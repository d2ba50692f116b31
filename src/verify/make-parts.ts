import { canonicalBytes } from '../base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { readLedger } from '../ledger/read.ts';
import { changedRoster } from '../pack/changed-roster.ts';
import { PATH } from '../pack/layout.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { deviationNeed } from '../plan/left-steps.ts';
import { exchangesIn, plansInForce } from '../plan/plan-in-force.ts';
import { readDescriptor } from '../quorum/operation.ts';
import { approvalBytes } from '../quorum/statement.ts';
import type { Event, EventType } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCertificationRequest } from '../x509/certification-request.ts';
import { parseCrl } from '../x509/crl.ts';
import { parseOcspResponse } from '../x509/ocsp-response.ts';
import { approvalCounts } from './approval-counts.ts';
import { headAfter, makeBallots, makeDeviationCounts, makeDeviations, recordedApprovals } from './ballots.ts';
import { checkEventShape } from './event-shape.ts';
import type { Derivations, VerifyOptions } from './options.ts';
import { certificatesIn } from './pack-certificates.ts';
import { PartMissing } from './part-missing.ts';
import type { Done, EventOf, PartName, Parts, Proposal } from './parts.ts';
import { type Get, issuedFiles, keyOf, knownKeys, requireProducts, signedFiles } from './products.ts';
import { operationsOf } from './signed-items.ts';

interface PartSource<N extends PartName> {
  /** Check that reports when `make` throws a CeremonyError. */
  readonly owner: string;
  readonly where: string;
  readonly make: (get: Get, pack: Pack, derive: Derivations, options: VerifyOptions) => Parts[N];
}

const SOURCES: { readonly [N in PartName]: PartSource<N> } = {
  manifest: { owner: 'MANIFEST-READ', where: PATH.manifest, make: (_get, pack) => pack.manifest() },
  sums: { owner: 'SUMS-READ', where: PATH.sums, make: (_get, pack) => pack.sums() },
  eventLines: { owner: 'EVENT-READ', where: PATH.events, make: committedLines },
  chainLines: { owner: 'CHAIN-READ', where: PATH.chain, make: (_get, pack) => pack.chainLines() },
  chain: { owner: 'CHAIN-READ', where: PATH.chain, make: (get) => get('chainLines').map(orThrow) },
  events: { owner: 'EVENT-SHAPE', where: PATH.events, make: makeEvents },
  opening: { owner: 'OPENING-FIRST', where: `${PATH.events}:1`, make: (get) => openingOf(get('events')) },
  ceremony: { owner: 'OPENING-FIRST', where: `${PATH.events}:1`, make: (_get, pack) => pack.ceremony() },
  heads: { owner: 'CHAIN-READ', where: PATH.chain, make: (get) => get('chainLines').map((line) => sha256(line.bytes)) },
  roster: { owner: 'ROSTER-READ', where: PATH.roster, make: (_get, pack) => pack.roster() },
  changed: { owner: 'ROSTER-NEXT', where: PATH.nextRoster, make: (_get, pack) => changedRoster(pack) },
  rosterAt: {
    owner: 'ROSTER-NEXT',
    where: PATH.nextRoster,
    make: (get) => {
      const [roster, changed] = [get('roster'), get('changed')];
      return (seq) => (changed && seq > changed.since ? changed.after : roster);
    },
  },
  rosterAtEnd: {
    owner: 'ROSTER-NEXT',
    where: PATH.nextRoster,
    make: (get) => get('rosterAt')(Number.POSITIVE_INFINITY),
  },
  authorization: { owner: 'AUTHORIZATION-READ', where: PATH.authorization, make: (_get, pack) => pack.authorization() },
  people: { owner: 'ROSTER-PEOPLE', where: PATH.people, make: (_get, pack) => pack.people() },
  ledger: { owner: 'LEDGER-READ', where: PATH.ledger, make: (_get, pack) => pack.ledger() },
  before: {
    owner: 'PREVIOUS-LEDGER',
    where: PATH.previousLedger,
    make: (get, pack) =>
      get('authorization').previous === NO_DIGEST ? null : readLedger(pack.need(PATH.previousLedger)),
  },
  plan: {
    owner: 'PLAN-DERIVE',
    where: PATH.script,
    make: (get, pack, derive) =>
      derive.plan({
        script: pack.need(PATH.script),
        site: pack.need(PATH.site),
        roster: get('roster'),
        authorization: get('authorization'),
        ledger: get('before'),
      }),
  },
  exchanges: {
    owner: 'EVENT-SHAPE',
    where: PATH.events,
    make: (get) => exchangesIn(approvedByThoseWhoCount(get), deviationNeed(get('roster'), get('plan'))),
  },
  planAt: {
    owner: 'EVENT-SHAPE',
    where: PATH.events,
    make: (get) => plansInForce(get('plan'), approvedByThoseWhoCount(get), deviationNeed(get('roster'), get('plan'))),
  },
  proposals: { owner: 'PROPOSAL-DESCRIPTOR', where: PATH.events, make: makeProposals },
  counts: { owner: 'QUORUM-COUNT', where: PATH.roster, make: makeCounts },
  deviations: { owner: 'EVENT-SHAPE', where: PATH.events, make: makeDeviations },
  deviationCounts: { owner: 'DEVIATION-APPROVED', where: PATH.roster, make: makeDeviationCounts },
  ballots: { owner: 'PROPOSAL-DESCRIPTOR', where: PATH.events, make: makeBallots },
  done: { owner: 'PROPOSAL-DESCRIPTOR', where: PATH.events, make: (get) => get('proposals').flatMap(doneOf) },
  keys: { owner: 'KEY-READ', where: PATH.events, make: (get) => operationsOf(get('done'), 'generate-key').map(keyOf) },
  knownKeys: { owner: 'KEY-READ', where: PATH.events, make: knownKeys },
  packCertificates: { owner: 'CERTIFICATE-READ', where: 'certificates/', make: (_get, pack) => certificatesIn(pack) },
  certificates: {
    owner: 'CERTIFICATE-READ',
    where: 'certificates/',
    make: (get, pack) => issuedFiles(get, pack.file, 'certificate', parseCertificate),
  },
  crls: {
    owner: 'CRL-READ',
    where: 'crls/',
    make: (get, pack) => issuedFiles(get, pack.octets, 'crl', (der, name) => parseCrl(der, name)),
  },
  requests: {
    owner: 'REQUEST-READ',
    where: 'requests-made/',
    make: (get, pack) => signedFiles(get, pack.file, 'request', parseCertificationRequest),
  },
  ocspResponses: {
    owner: 'OCSP-READ',
    where: 'ocsp/',
    make: (get, pack) => signedFiles(get, pack.file, 'ocsp-response', parseOcspResponse),
  },
  wholeProducts: { owner: 'CERTIFICATE-READ', where: 'certificates/', make: requireProducts },
};

/** Gives parts by name, each made once. @throws PartMissing */
export function partsOf(pack: Pack, derive: Derivations, options: VerifyOptions): Get {
  const made = new Map<PartName, { readonly value: unknown } | { readonly missing: PartMissing }>();
  const get: Get = (name) => {
    const before = made.get(name) ?? attempt(name);
    made.set(name, before);
    if ('missing' in before) throw before.missing;
    return before.value as Parts[typeof name];
  };
  const attempt = (name: PartName) => {
    const source = SOURCES[name];
    try {
      return { value: source.make(get, pack, derive, options) };
    } catch (error) {
      if (error instanceof PartMissing) return { missing: error };
      if (!(error instanceof CeremonyError)) throw error;
      // An absent file is not a malformed one: one check names all that is absent.
      const owner = error.code === 'FILE_MISSING' ? 'PACK-MISSING' : source.owner;
      const where = owner === source.owner ? source.where : String(error.details?.['path'] ?? source.where);
      return { missing: new PartMissing(owner, where, error.message) };
    }
  };
  return get;
}

function orThrow<T>(read: { readonly line: T | undefined; readonly problem: CeremonyError | undefined }): T {
  if (read.problem) throw read.problem;
  return read.line as T;
}

/** An event is committed with its chain line: of an interrupted ceremony only those lines are the transcript. */
function committedLines(get: Get, pack: Pack, _derive: Derivations, options: VerifyOptions): Parts['eventLines'] {
  const lines = pack.eventLines();
  return options.outcome === 'interrupted' ? lines.slice(0, get('chainLines').length) : lines;
}

function makeEvents(get: Get): readonly Event[] {
  return get('eventLines').flatMap(({ event, problem, number }) => {
    if (problem) throw new PartMissing('EVENT-READ', `${PATH.events}:${number}`, problem.message);
    if (event) checkEventShape(event, number);
    return event ? [event] : [];
  });
}

function openingOf(events: readonly Event[]): EventOf<'opening'> {
  const [first] = events;
  if (first?.type !== 'opening') throw new CeremonyError('TRANSCRIPT_BROKEN', 'the first event is not the opening');
  return first;
}

function makeProposals(get: Get): readonly Proposal[] {
  const events = get('events');
  const heads = get('heads');
  const ceremony = get('ceremony');
  const speakers = Map.groupBy(events, (event) => ('proposal' in event ? event.proposal : null));
  const speaking = <T extends EventType>(type: T, seq: number) =>
    (speakers.get(seq) ?? []).filter((event): event is EventOf<T> => event.type === type);
  return events.flatMap((event) => {
    if (event.type !== 'proposed') return [];
    const head = headAfter(heads, event.seq);
    const descriptor = readDescriptor(canonicalBytes(event.descriptor));
    const statement = approvalBytes({
      ceremony,
      digest: event.digest,
      expires: event.expires,
      operation: event.operation,
      proposal: head,
      step: descriptor.operation.step,
    });
    const seq = event.seq;
    const proposal: Proposal = {
      seq,
      event,
      descriptor,
      statement,
      approvals: speaking('approval', seq),
      declined: speaking('declined', seq),
      intents: speaking('intent', seq),
      results: speaking('result', seq),
    };
    return [proposal];
  });
}

function makeCounts(get: Get, pack: Pack): Parts['counts'] {
  return approvalCounts(get('proposals'), get('rosterAt'), (seq, before) => recordedApprovals(pack, seq, before));
}

function doneOf(proposal: Proposal): readonly Done[] {
  const result = proposal.results.find((candidate) => candidate.outcome === 'done');
  return result ? [{ proposal, operation: proposal.descriptor.operation, result }] : [];
}

/** Events without the approvals of deviations that do not hold: nobody takes anybody's place by one of those. */
function approvedByThoseWhoCount(get: Get): readonly Event[] {
  const counts = get('deviationCounts');
  return get('events').filter(
    (event) => event.type !== 'approval' || (counts.get(event.proposal)?.seats.includes(event.seat) ?? true),
  );
}
