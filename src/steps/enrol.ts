import { z } from 'zod';
import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { hasSite, type Plan, type PlannedCard, type PlannedStep } from '../plan/plan.ts';
import { changeIn, changeOf, enrolledBy, roleToBe } from '../plan/roster-change.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import { type Enrolment, enrolmentBytes, fingerprintOf, readEnrolment } from '../quorum/enrolment.ts';
import { isOfAlgorithm, MEMBER_ALGORITHMS, type MemberAlgorithm, memberKeyFaults } from '../quorum/member-keys.ts';
import { verifyAsMember } from '../quorum/member-signature.ts';
import { memberOf } from '../quorum/roster.ts';
import type { Event, StatementEvent } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Certificate } from '../x509/model.ts';
import { verifySignature } from '../x509/signature.ts';
import { seen } from './paper-parts.ts';
import { objectIn } from './recorded-facts.ts';
import { recordStatement } from './statement-files.ts';

const CHECK = 'STEP-ENROL';
/** Shown in the members' certificates, and not used: a roster says who is a member. */
const VALIDITY = 'P20Y';
const ALGORITHM = 'ecdsa-p256';

/** A person's quorum token gets its keys, or keeps its own, and signs whose it is: in a first enrolment, or to join a roster. */
export const enrol = defineStep({
  name: 'enrol',
  version: 1,
  summary: "Enrol a person's quorum token: its keys, its certificates, and proof that it holds them.",
  irreversible: true,
  needs: ['guard', 'pack'],
  schema: z.strictObject({
    keys: z.enum(['generated', 'adopted'], { error: '"generated" or "adopted"' }),
    algorithm: z.enum(MEMBER_ALGORITHMS, { error: MEMBER_ALGORITHMS.join(', ') }).exactOptional(),
    spare: z.boolean({ error: 'true or false' }).exactOptional(),
  }),
  simulate(params, world, { step, steps, plan, report }) {
    const [seat] = step.by;
    if (seat === undefined) report('PLAN_PEOPLE', [], 'nobody is enrolled', 'add "each: crypto-officer"');
    const change = changeIn({ seats: plan.seats, steps });
    if (seat !== undefined && change && !enrolledBy(change).includes(seat))
      report(
        'PLAN_PEOPLE',
        [],
        `"${seat}" is enrolled, and is none of those who join the roster or stay with another token`,
      );
    if (plan.tokens.length > 0 && !change)
      report('PLAN_TOKEN', ['step'], 'the script names HSMs and enrols a quorum: without a roster no HSM is used');
    if (params.keys === 'adopted' && params.algorithm !== undefined)
      report('PLAN_PARAMETER', ['with', 'algorithm'], 'keys that are adopted have their own algorithm');
    if (world.rostered) report('PLAN_ORDER', ['step'], 'the roster has been made; nobody is enrolled after it');
    if (seat === undefined) return world;
    const before = world.enrolled.get(seat) ?? 0;
    const wanted = params.spare === true ? 1 : 0;
    if (before < wanted)
      report('PLAN_ORDER', ['with', 'spare'], `the first token of "${seat}" is enrolled before the spare`);
    if (before > wanted)
      report(
        'PLAN_ORDER',
        ['step'],
        `${before === 1 ? 'a token' : 'the spare'} of "${seat}" is enrolled already`,
        'for a second token: "spare: true"',
      );
    if (hasSite(plan) && !cardFor(plan, seat, params))
      report(
        'PLAN_TOKEN',
        [],
        `the site names no ${params.spare === true ? 'spare token' : 'token'} to enrol for "${seat}"`,
      );
    return { ...world, enrolled: withEntry(world.enrolled, seat, before + 1) };
  },
  describe: (params, step, plan) => {
    const card = cardFor(plan, step.by[0] ?? '', params);
    return [
      `The ${params.spare === true ? 'spare ' : ''}token${card ? ` ${named(card)}` : ''} is inserted; its holder types its PIN.`,
      keysOf(card, params) === 'generated'
        ? `Two key pairs (${params.algorithm ?? ALGORITHM}) are made on it: one signs, one opens envelopes. They never leave it.`
        : 'Its own key pairs are taken: one signs, one opens envelopes.',
      'It signs whose it is, and opens a test envelope.',
    ];
  },
  paper: (params, step, plan) => {
    const card = cardFor(plan, step.by[0] ?? '', params);
    return [
      ...(card
        ? [
            {
              kind: 'expected' as const,
              values: [
                ['token', card.model],
                ['serial', card.serial || 'none'],
              ] as const,
            },
          ]
        : []),
      seen('its holder alone typed its PIN', 'it opened the test envelope'),
    ];
  },
  async *run(params, step, { guard, pack, ceremony }) {
    const { plan } = ceremony;
    const seat = step.by[0] as string;
    const card = cardFor(plan, seat, params);
    if (!card) throw new CeremonyError('TOKEN_MISSING', `no token is to be enrolled for "${seat}"`);
    const { serial, model, sign, open, key = null } = card;
    const enrolled = await guard.enrol({
      seat,
      role: roleToBe(plan, seat) ?? '',
      serial,
      model,
      keys: keysOf(card, params),
      algorithm: params.algorithm ?? ALGORITHM,
      sign,
      open,
      key,
      validity: VALIDITY,
    });
    const { fingerprint, attributes } = enrolled;
    yield* recordStatement(pack, step, ceremony.events(), 'enrolment', enrolled, { fingerprint, attributes });
  },
  verify(params, step, own, evidence) {
    const fault = (message: string, where = 'events.jsonl') => ({
      check: CHECK,
      message: `step ${step.number} "${step.key}": ${message}`,
      where,
    });
    const [seat = ''] = step.by;
    const event = enrolmentEvent(own, step.key);
    if (!event) return [fault(`"${seat}" was not enrolled`)];
    const path = event.statement ?? '';
    const card = cardFor(evidence.plan, seat, params);
    const bytes = evidence.file(path);
    const signature = evidence.file(path.replace(/json$/, 'p7s'));
    if (!card || !bytes || !signature) return [fault('the signed enrolment is not in the pack', path)];
    try {
      const enrolment = readEnrolment(bytes);
      const faults = [
        ...unlikeThePlan(bytes, enrolment, step, evidence, card, keysOf(card, params)),
        ...unlikeTheRecord(event, enrolment),
        ...unlikeTheScript(event, enrolment, { ...params, keys: keysOf(card, params) }),
        ...unlikeTheRoster(enrolment, evidence),
      ];
      verifyAsMember(signature, bytes, [enrolment.token.signing]);
      return faults.map((message) => fault(message, path));
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return [fault(error.message, path)];
    }
  },
});

/** The planned token of a seat: the first, or the spare. */
function cardFor(
  plan: Pick<Plan, 'cards'>,
  seat: string,
  params: { readonly spare?: boolean },
): PlannedCard | undefined {
  return plan.cards[seat]?.[params.spare === true ? 1 : 0];
}

type Keys = 'generated' | 'adopted';

/** As the script says, unless the site says of this token that it keeps its own. */
function keysOf(card: PlannedCard | undefined, params: { readonly keys: Keys }): Keys {
  return card?.keys ?? params.keys;
}

function named({ serial }: PlannedCard): string {
  return serial === '' ? 'without a serial' : `with serial ${serial}`;
}

function unlikeThePlan(
  bytes: Uint8Array,
  { token }: Enrolment,
  step: PlannedStep,
  { ceremony, authorization, plan }: StepEvidence,
  { serial, model, key }: PlannedCard,
  keys: Keys,
): string[] {
  const seat = step.by[0] as string;
  const origin = keys === 'generated' ? ('generated-here' as const) : ('adopted' as const);
  const planned = enrolmentBytes({
    ceremony,
    authorization: authorization.digest,
    seat,
    role: roleToBe(plan, seat) ?? '',
    token: { ...token, serial, model, origin },
  });
  return [
    ...(Buffer.compare(planned, bytes) === 0 ? [] : ['the enrolment says something else than it must']),
    ...(key === undefined || key === token.signingSpki
      ? []
      : [`it signs with another key than ${key}, by which the site knows it`]),
  ];
}

/** What people compared, and what is recorded of the keys, against the certificates that were signed for. */
function unlikeTheRecord({ facts }: StatementEvent, { token }: Enrolment): string[] {
  const signing = parseCertificate(token.signing);
  const encryption = parseCertificate(token.encryption);
  const attributes = facts['attributes'] as JsonObject | undefined;
  const spki = (purpose: string) => (attributes?.[purpose] as JsonObject | undefined)?.['spkiSha256'];
  return [
    ...(facts['fingerprint'] === fingerprintOf(token) ? [] : ['the recorded fingerprint is not that of its keys']),
    ...(facts['token'] === token.serial ? [] : ['the recorded token is another one']),
    ...(facts['origin'] === token.origin ? [] : ['the recorded origin is another one']),
    ...(spki('sign') === token.signingSpki && spki('open') === token.encryptionSpki
      ? []
      : ['the recorded attributes are of other keys']),
    ...(isSignedBy(signing, signing) && isSignedBy(encryption, signing)
      ? []
      : ['a certificate is not signed by the signing key of the token']),
  ];
}

/** What the token reported of its keys, and of what algorithm those are that it made. */
function unlikeTheScript(
  { facts }: StatementEvent,
  { token }: Enrolment,
  { keys, algorithm = ALGORITHM }: { readonly keys: Keys; readonly algorithm?: MemberAlgorithm },
): string[] {
  const halves = [
    ['sign', 'signs', token.signing],
    ['open', 'opens envelopes', token.encryption],
  ] as const;
  return halves.flatMap(([purpose, does, certificate]) => {
    const reported = objectIn(objectIn(objectIn(facts['attributes'])[purpose])['private']);
    const isOther = keys === 'generated' && !isOfAlgorithm(parseCertificate(certificate).spki.der, algorithm);
    return [
      ...memberKeyFaults(purpose, keys, algorithm, reported),
      ...(isOther ? [`it is not of algorithm ${algorithm}`] : []),
    ].map((one) => `of the key that ${does}, ${one}`);
  });
}

function unlikeTheRoster({ seat, token }: Enrolment, { plan, roster, rosterAtEnd }: StepEvidence): string[] {
  const member = memberOf(rosterAtEnd, seat);
  // Aborted before there was one, or before it was changed.
  const isAnew = changeOf(plan)?.renews.includes(seat) ?? false;
  if (rosterAtEnd.members.length === 0 || ((!member || isAnew) && rosterAtEnd.digest === roster.digest)) return [];
  const entry = member?.tokens.find((one) => one.signingSpki === token.signingSpki);
  const isSame =
    entry?.serial === token.serial && entry.encryptionSpki === token.encryptionSpki && entry.origin === token.origin;
  return isSame ? [] : [`the roster has not this token of "${seat}"`];
}

function isSignedBy({ signatureAlgorithm, tbs, signature }: Certificate, signer: Certificate): boolean {
  return verifySignature(signer.spki, signatureAlgorithm.der, tbs, signature);
}

/** The last enrolment of a step: what was enrolled before it was run again counts no more. */
export function enrolmentEvent(events: readonly Event[], step: string): (Event & StatementEvent) | undefined {
  return events.findLast(
    (event): event is Event & StatementEvent =>
      event.type === 'statement' && event.kind === 'enrolment' && event.step === step,
  );
}
