import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { isKeyAlgorithmName } from '../pki/algorithms.ts';
import type { IssuerIdentity } from '../pki/request.ts';
import { subordinateCertificateRequest } from '../plan/issuing.ts';
import { certificateAtHand, certificatePath, chainOf, datesAtHand, keyAtHand, keyNamed } from '../plan/known.ts';
import { fieldPart } from '../plan/paper-part.ts';
import type { Plan } from '../plan/plan.ts';
import { makerOf } from '../plan/record.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import { signsOn, withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import {
  CERTIFICATE_PARAMETERS,
  dateValues,
  holdOutput,
  holdRequests,
  markSubject,
  PROPOSED_BOXES,
  profileValues,
  proposeCertificate,
  requestOf,
  signCertificate,
  subjectValues,
} from './certificates.ts';
import { judgeCertificate } from './certificates-judged.ts';
import { above, aboveOf, issuedCertificate, issuerCertificate, issuerKey } from './issuers.ts';

/** Issues the certificate of a CA below another: of a key on our HSM. */
export const issueIntermediate = defineStep({
  name: 'issue-intermediate',
  version: 1,
  summary: 'Issue the certificate of a CA below another one.',
  irreversible: true,
  operation: () => 'sign' as const,
  proposalNeeds: (params) => [
    { kind: 'certificate', name: params.issuer },
    ...(params['subject-key'] === undefined ? [] : [{ kind: 'key' as const, name: params['subject-key'] }]),
  ],
  makes: 'certificate',
  writesOut: true,
  needs: ['guard', 'operations', 'issue', 'pack'],
  schema: z
    .strictObject({
      issuer: name,
      key: name.exactOptional(),
      request: name.exactOptional(),
      'subject-key': name.exactOptional(),
      ...CERTIFICATE_PARAMETERS,
    })
    .refine((params) => (params.request === undefined) !== (params['subject-key'] === undefined), {
      error: 'either "request" or "subject-key"',
    }),
  notYet: (params) => (params.request === undefined ? [] : [{ path: ['request'], what: 'request' }]),
  mark: (params, marking) => ({ ...params, subject: markSubject(params.subject, marking) }),
  simulate(params, world, context) {
    const { step, act, plan, report } = context;
    const issuer = certificateAtHand(plan, world, params.issuer);
    if (!issuer)
      report('PLAN_NAME', ['with', 'issuer'], `the certificate "${params.issuer}" is not made by an earlier step`);
    else if (issuer.key === undefined)
      report(
        'PLAN_NAME',
        ['with', 'issuer'],
        `the key of "${params.issuer}" is neither made nor used in this ceremony`,
      );
    if (params.key !== undefined && !issuer?.isOf(params.key))
      report('PLAN_NAME', ['with', 'key'], `"${params.key}" is not the key of "${params.issuer}"`);
    const subjectKey = params['subject-key'] ?? '';
    const certified = keyAtHand(world, subjectKey);
    if (!certified)
      report('PLAN_NAME', ['with', 'subject-key'], `the key "${subjectKey}" is not made by an earlier step`);
    const key = issuer?.key === undefined ? undefined : keyAtHand(world, issuer.key);
    const made = holdOutput(world, context);
    const requests = holdRequests(context, (at, end) => {
      const dates = datesAtHand(plan, world, params.issuer, end);
      const facts = { identity: NO_IDENTITY, keyAlgorithm: key?.algorithm ?? 'ecdsa-p384', dates };
      return subordinateCertificateRequest(plan, params, facts, certified?.algorithm ?? 'ecdsa-p384', at);
    });
    const after = { ...world, tokens: signsOn(world, key, act) };
    if (made === undefined) return after;
    const certificate = { name: made, key: subjectKey, issuer: params.issuer, step: step.key, requests };
    return { ...after, certificates: withEntry(world.certificates, made, certificate) };
  },
  describe: (params, step) => [
    `Sign the certificate of "${params.subject['CN'] ?? ''}" for the key "${params['subject-key'] ?? ''}" with the key of "${params.issuer}": ${step.out ?? ''}.`,
  ],
  paper: (params, step) => [
    {
      kind: 'expected',
      values: [
        ...subjectValues(params),
        ['issuer', params.issuer],
        ...dateValues(params),
        ['profile', params.profile],
        ['file', step.out ?? ''],
      ],
    },
    fieldPart('not before', 'utc'),
    fieldPart('not after', 'utc'),
    fieldPart('serial number', 'serial'),
  ],
  sheet: (params, step, plan) => [
    {
      kind: 'expected',
      values: [
        ...subjectValues(params),
        ['issuer', issuerWords(plan, params.issuer)],
        ...dateValues(params),
        ['key', keyWords(plan, params['subject-key'] ?? '')],
        ...profileValues(plan, params.profile),
        ['file', step.out ?? ''],
      ],
    },
    fieldPart('not before', 'utc'),
    fieldPart('not after', 'utc'),
    ...PROPOSED_BOXES,
  ],
  async propose(params, step, context, at) {
    const { issue, pack, ceremony } = context;
    const { plan } = ceremony;
    const events = ceremony.events();
    const signer = issuerKey(plan, events, params.issuer);
    const { issuer, identity, dates } = await above(plan, params.issuer, (one) =>
      issuerCertificate(plan, one, events, pack, issue),
    );
    const certified = certifiedKey(plan, events, params['subject-key'] ?? '');
    const facts = { identity, keyAlgorithm: signer.algorithm, dates };
    const request = requestOf(subordinateCertificateRequest(plan, params, facts, certified.algorithm, at));
    return await proposeCertificate({ request, spki: certified.spki, signer, issuer }, step, context, at);
  },
  async *run(params, step, context) {
    const { pack, ceremony } = context;
    yield* signCertificate(step, context, async () => ({
      chain: (await above(ceremony.plan, params.issuer, (one) => issuedCertificate(ceremony.plan, one, pack))).chain,
      refusal: `the signature of the new certificate does not verify with the certificate "${params.issuer}"`,
    }));
  },
  verify: (params, step, own, evidence) =>
    judgeCertificate(step, own, evidence, {
      signer: () => issuerKey(evidence.plan, evidence.events, params.issuer).name,
      request: (at) => {
        const { plan, events } = evidence;
        const signer = issuerKey(plan, events, params.issuer);
        const { identity, dates } = aboveIn(params.issuer, evidence);
        const certified = certifiedKey(plan, events, params['subject-key'] ?? '');
        if (!isKeyAlgorithmName(signer.algorithm) || !isKeyAlgorithmName(certified.algorithm)) return undefined;
        const facts = { identity, keyAlgorithm: signer.algorithm, dates };
        const { request } = subordinateCertificateRequest(plan, params, facts, certified.algorithm, at);
        return request && { request, spki: certified.spki };
      },
    }),
});

/** For judging dates before there is an issuer. */
const NO_IDENTITY: IssuerIdentity = { name: new Uint8Array(), keyIdentifier: new Uint8Array() };

/** @throws CeremonyError HSM_OBJECT_MISSING */
function certifiedKey(plan: Plan, events: readonly Event[], key: string) {
  const named = keyNamed(plan, events, key);
  if (!named) throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${key}" has not been generated`);
  return named;
}

function aboveIn(issuer: string, { plan, file }: StepEvidence) {
  const chain = chainOf(plan, issuer).map((one) => {
    const path = certificatePath(plan, one);
    const der = path === undefined ? undefined : file(path);
    if (!der) throw new CeremonyError('FILE_MISSING', `the certificate "${one}" above it is not in the pack`);
    return parseCertificate(der);
  });
  return aboveOf(plan, issuer, chain);
}

/** `root: Example Root CA G1` */
function issuerWords(plan: Plan, issuer: string): string {
  const subject = makerOf(plan, 'certificate', issuer)?.params['subject'] as { readonly CN?: string } | undefined;
  return subject?.CN === undefined ? issuer : `${issuer}: ${subject.CN}`;
}

function keyWords(plan: Plan, key: string): string {
  const used = plan.uses?.[key];
  const algorithm = makerOf(plan, 'key', key)?.params['algorithm'] ?? (used?.kind === 'key' ? used.algorithm : '');
  return `${key}, ${String(algorithm)}`;
}
