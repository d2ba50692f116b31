import { z } from 'zod';
import { OPEN_FIELDS } from '../pki/profile-fields.ts';
import type { Change } from '../pki/reissue-differences.ts';
import type { IssuerIdentity } from '../pki/request.ts';
import { existingAtHand, REISSUE } from '../plan/existing.ts';
import { inputOf } from '../plan/inputs.ts';
import { reissueRequest } from '../plan/issuing.ts';
import { certificateAtHand, datesAtHand, type KeyAtHand, keyAtHand, SELF } from '../plan/known.ts';
import { fieldPart } from '../plan/paper-part.ts';
import { hasSite, type Plan } from '../plan/plan.ts';
import { defineStep, type SimulateContext } from '../plan/step-type.ts';
import { signsOn, type World, withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import {
  certificateWords,
  DATED_PARAMETERS,
  dateValues,
  holdIssuer,
  holdOutput,
  holdRequests,
  NO_ISSUER,
  PROPOSED_BOXES,
  profileValues,
} from './certificate-parameters.ts';
import { proposeCertificate, requestOf, signCertificate } from './certificates.ts';
import { existingDates, existingFacts, reissueAsked } from './certificates-asked.ts';
import { judgeCertificate } from './certificates-judged.ts';
import { above, certifierOf, existingCertificate, issuerCertificate, issuerKey } from './issuers.ts';

const CHANGES = Object.keys(OPEN_FIELDS) as readonly Change[] as readonly [Change, ...Change[]];

const SCHEMA = z.strictObject({
  existing: name,
  issuer: name,
  ...DATED_PARAMETERS,
  changes: z
    .array(z.enum(CHANGES, { error: CHANGES.join(', ') }))
    .min(1, { error: 'at least one field' })
    .refine((all) => new Set(all).size === all.length, { error: 'each field once' })
    .exactOptional(),
});

type Parameters = z.infer<typeof SCHEMA>;

/**
 * Issues a certificate of this CA again: the same key, subject and key identifier, copied to the byte, and the same issuer,
 * with new dates and a new serial number. What else is to be another the script names.
 */
export const reissueCertificate = defineStep({
  name: REISSUE,
  version: 1,
  summary: 'Issue a certificate of this CA again: the same key and name, other dates.',
  irreversible: true,
  operation: () => 'sign' as const,
  proposalNeeds: ({ issuer, existing }) => [
    ...(issuer === SELF ? [] : [{ kind: 'certificate' as const, name: issuer }]),
    { kind: 'existing', name: existing },
  ],
  makes: 'certificate',
  writesOut: true,
  needs: ['guard', 'operations', 'issue', 'pack'],
  schema: SCHEMA,
  simulate(params, world, context) {
    const { step, act, plan } = context;
    const isSelf = params.issuer === SELF;
    holdExisting(params, world, context);
    const existing = inputOf(plan, params.existing) ? undefined : existingAtHand(plan, world, params.existing);
    const key = isSelf ? ownKey(params, world, context) : keyAbove(params, world, context);
    const made = holdOutput(world, context);
    const keyAlgorithm = existing?.algorithm ?? 'ecdsa-p384';
    const requests = holdRequests(context, (at, end) => {
      const dates = {
        ...datesAtHand(plan, world, params.existing, end),
        ...(isSelf ? {} : datesAtHand(plan, world, params.issuer, end)),
      };
      const facts = {
        identity: isSelf ? SELF : NO_ISSUER,
        keyAlgorithm: key?.algorithm ?? keyAlgorithm,
        dates,
      } as const;
      return reissueRequest(plan, params, facts, { identity: NO_SUBJECT, keyAlgorithm }, at);
    });
    const after = { ...world, tokens: signsOn(world, key, act) };
    if (made === undefined || !existing) return after;
    const certificate = {
      name: made,
      key: existing.key ?? null,
      issuer: isSelf ? null : params.issuer,
      existing: params.existing,
      changes: params.changes ?? [],
      kind: isSelf ? ('root-ca' as const) : ('subordinate-ca' as const),
      step: step.key,
      requests,
    };
    return { ...after, certificates: withEntry(world.certificates, made, certificate) };
  },
  describe: (params, step) => [
    `Issue "${params.existing}" again, signed with ${whoseKey(params)}: ${step.out ?? ''}.`,
    `Subject, key and key identifier are copied, byte for byte. ${differenceWords(params)}`,
  ],
  paper: (params, step, plan) => [
    {
      kind: 'expected',
      values: [...expected(params, plan), ['profile', params.profile], ['file', step.out ?? '']],
    },
    fieldPart('not before', 'utc'),
    fieldPart('not after', 'utc'),
    fieldPart('serial number', 'serial'),
  ],
  sheet: (params, step, plan) => [
    {
      kind: 'expected',
      values: [...expected(params, plan), ...profileValues(plan, params.profile), ['file', step.out ?? '']],
    },
    fieldPart('not before', 'utc'),
    fieldPart('not after', 'utc'),
    ...PROPOSED_BOXES,
  ],
  async propose(params, step, context, at) {
    const { issue, pack, ceremony } = context;
    const { plan } = ceremony;
    const events = ceremony.events();
    const isSelf = params.issuer === SELF;
    const signer = issuerKey(plan, events, isSelf ? params.existing : params.issuer);
    const existing = await existingCertificate(plan, params.existing, events, pack, issue);
    const higher = isSelf
      ? undefined
      : await above(plan, params.issuer, (one) => issuerCertificate(plan, one, events, pack, issue));
    const facts = {
      identity: higher?.identity ?? SELF,
      keyAlgorithm: signer.algorithm,
      dates: { ...existingDates(params.existing, existing), ...higher?.dates },
    } as const;
    const request = requestOf(reissueRequest(plan, params, facts, existingFacts(existing), at));
    const judgedAs = higher
      ? ({ kind: 'subordinate-ca', issuer: higher.issuer } as const)
      : ({ kind: 'root-ca' } as const);
    const again = { existing, changes: params.changes ?? [] };
    return await proposeCertificate({ request, spki: existing.spki.der, signer, judgedAs, again }, step, context, at);
  },
  async *run(params, step, context) {
    const { pack, ceremony } = context;
    const { plan } = ceremony;
    yield* signCertificate(step, context, async () => ({
      ...(params.issuer === SELF
        ? ({ chain: [], judgedAs: { kind: 'root-ca' } } as const)
        : await certifierOf('subordinate-ca', plan, params.issuer, pack)),
      refusal: `the signature of the new certificate does not verify with the certificate "${params.issuer === SELF ? params.existing : params.issuer}"`,
    }));
  },
  verify: (params, step, own, evidence) =>
    judgeCertificate(step, own, evidence, {
      signer: () => {
        const certificate = params.issuer === SELF ? params.existing : params.issuer;
        return issuerKey(evidence.plan, evidence.events, certificate).name;
      },
      asked: (at) => reissueAsked(params, evidence, at),
    }),
});

/** Stands for the subject, for judging the rest before there is one: not the name of {@link NO_ISSUER}. */
const NO_SUBJECT: IssuerIdentity = { name: Uint8Array.of(0x30, 0x02, 0x31, 0x00), keyIdentifier: new Uint8Array(20) };

function holdExisting(params: Parameters, world: World, { plan, report }: SimulateContext): void {
  const path = ['with', 'existing'];
  if (inputOf(plan, params.existing))
    report(
      'PLAN_NAME',
      path,
      `"${params.existing}" comes in from outside, and a CA issues again what it has issued itself`,
      'certify what others bring with "issue-cross-certificate"',
    );
  else if (!world.certificates.has(params.existing))
    report('PLAN_NAME', path, `the certificate "${params.existing}" is neither made by an earlier step nor used`);
}

/** Of a certificate that is to sign itself. */
function ownKey(params: Parameters, world: World, { plan, report }: SimulateContext): KeyAtHand | undefined {
  const existing = certificateAtHand(plan, world, params.existing);
  if (existing && existing.key === undefined)
    report(
      'PLAN_NAME',
      ['with', 'existing'],
      `the key of "${params.existing}" is neither made nor used in this ceremony, and it is to sign`,
      'add it to "uses": { key: NAME, of: LABEL }',
    );
  return existing?.key === undefined ? undefined : keyAtHand(world, existing.key);
}

function keyAbove(params: Parameters, world: World, context: SimulateContext): KeyAtHand | undefined {
  const { key, isOf } = holdIssuer({ issuer: params.issuer }, world, context);
  const own = certificateAtHand(context.plan, world, params.existing)?.key;
  // Without a site all that is used of one CA is taken to be of one key.
  const isSame = params.issuer === params.existing || (hasSite(context.plan) && own !== undefined && isOf(own));
  if (isSame)
    context.report(
      'PLAN_NAME',
      ['with', 'issuer'],
      `"${params.issuer}" is of the very key that "${params.existing}" certifies`,
      `write "issuer: ${SELF}" of a certificate that is signed with its own key`,
    );
  return key;
}

function whoseKey({ issuer }: Parameters): string {
  return issuer === SELF ? 'its own key' : `the key of "${issuer}"`;
}

function differenceWords({ changes = [] }: Parameters): string {
  return changes.length === 0
    ? 'Nothing differs but dates and serial number.'
    : `Besides dates and serial number it changes: ${changes.join(', ')}.`;
}

function expected(params: Parameters, plan: Plan): (readonly [name: string, value: string])[] {
  return [
    ['subject and key', `as in ${certificateWords(plan, params.existing)}`],
    ['issuer', params.issuer === SELF ? 'itself' : certificateWords(plan, params.issuer)],
    ...dateValues(params, plan),
    ['changed besides', params.changes?.join(', ') ?? 'nothing'],
  ];
}
