import { z } from 'zod';
import { CROSS, existingAtHand } from '../plan/existing.ts';
import { inputOf } from '../plan/inputs.ts';
import { besideCertificateRequest } from '../plan/issuing.ts';
import { areOfOneKey, datesAtHand } from '../plan/known.ts';
import { fieldPart } from '../plan/paper-part.ts';
import type { Plan } from '../plan/plan.ts';
import { defineStep } from '../plan/step-type.ts';
import { signsOn, withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import {
  certificateWords,
  DATED_PARAMETERS,
  dateValues,
  holdIssuer,
  holdOutput,
  holdRequests,
  NO_ISSUER,
  NO_SUBJECT,
  PROPOSED_BOXES,
  profileValues,
} from './certificate-parameters.ts';
import { proposeCertificate, requestOf, signCertificate } from './certificates.ts';
import { besideAsked, existingDates, existingFacts } from './certificates-asked.ts';
import { judgeCertificate } from './certificates-judged.ts';
import { above, certifierOf, existingCertificate, issuerCertificate, issuerKey } from './issuers.ts';

/**
 * Certifies a CA that has a certificate already: its name, key and key identifier are copied from that to the byte, so that
 * what it has issued is found below either (TLS BR §7.1.2.2).
 */
export const issueCrossCertificate = defineStep({
  name: CROSS,
  version: 1,
  summary: 'Certify a CA that has a certificate already, by another CA.',
  irreversible: true,
  operation: () => 'sign' as const,
  proposalNeeds: (params) => [
    { kind: 'certificate', name: params.issuer },
    { kind: 'existing', name: params.existing },
  ],
  makes: 'certificate',
  writesOut: true,
  needs: ['guard', 'operations', 'issue', 'pack'],
  schema: z.strictObject({ issuer: name, key: name.exactOptional(), existing: name, ...DATED_PARAMETERS }),
  simulate(params, world, context) {
    const { step, act, plan, report } = context;
    const key = holdIssuer(params, world, context);
    const existing = existingAtHand(plan, world, params.existing);
    const path = ['with', 'existing'];
    if (!existing && inputOf(plan, params.existing)?.type === 'certificate')
      report(
        'PLAN_NAME',
        path,
        `the certificate "${params.existing}" is not read yet`,
        'add a "read-input" step of it',
      );
    else if (!existing)
      report(
        'PLAN_NAME',
        path,
        `"${params.existing}" is neither a certificate by now, nor an input of type certificate`,
      );
    else if (areOfOneKey(plan, world, params.existing, params.issuer))
      report(
        'PLAN_NAME',
        path,
        `"${params.existing}" certifies the very key that signs`,
        'name a certificate of another CA',
      );
    const made = holdOutput(world, context);
    const keyAlgorithm = existing?.algorithm ?? 'ecdsa-p384';
    const requests = holdRequests(context, (at, end) => {
      const dates = {
        ...datesAtHand(plan, world, params.existing, end),
        ...datesAtHand(plan, world, params.issuer, end),
      };
      const issuer = { identity: NO_ISSUER, keyAlgorithm: key?.algorithm ?? 'ecdsa-p384', dates };
      return besideCertificateRequest(plan, params, issuer, { identity: NO_SUBJECT, keyAlgorithm }, at);
    });
    const after = { ...world, tokens: signsOn(world, key, act) };
    if (made === undefined || !existing) return after;
    const certificate = {
      name: made,
      key: existing.key ?? null,
      issuer: params.issuer,
      existing: params.existing,
      kind: 'cross-certificate' as const,
      step: step.key,
      requests,
    };
    return { ...after, certificates: withEntry(world.certificates, made, certificate) };
  },
  describe: (params, step) => [
    `Sign a certificate for the CA of "${params.existing}" with the key of "${params.issuer}": ${step.out ?? ''}.`,
    `Name, key and key identifier are those of "${params.existing}", byte for byte.`,
  ],
  paper: (params, step, plan) => [
    {
      kind: 'expected',
      values: [
        ['subject and key', `as in ${existingWords(plan, params.existing)}`],
        ['issuer', certificateWords(plan, params.issuer)],
        ...dateValues(params, plan),
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
        ['subject and key', `as in ${existingWords(plan, params.existing)}`],
        ['issuer', certificateWords(plan, params.issuer)],
        ...dateValues(params, plan),
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
    const existing = await existingCertificate(plan, params.existing, events, pack, issue);
    const facts = {
      identity,
      keyAlgorithm: signer.algorithm,
      dates: { ...existingDates(params.existing, existing), ...dates },
    };
    const request = requestOf(besideCertificateRequest(plan, params, facts, existingFacts(existing), at));
    const judgedAs = { kind: 'cross-certificate', issuer, existing } as const;
    return await proposeCertificate({ request, spki: existing.spki.der, signer, judgedAs }, step, context, at);
  },
  async *run(params, step, context) {
    const { issue, pack, ceremony } = context;
    const { plan } = ceremony;
    yield* signCertificate(step, context, async () => {
      const { chain, judgedAs } = await certifierOf('subordinate-ca', plan, params.issuer, pack);
      const existing = await existingCertificate(plan, params.existing, ceremony.events(), pack, issue);
      return {
        chain,
        judgedAs: { ...judgedAs, kind: 'cross-certificate', existing },
        refusal: `the signature of the new certificate does not verify with the certificate "${params.issuer}"`,
      };
    });
  },
  verify: (params, step, own, evidence) =>
    judgeCertificate(step, own, evidence, {
      signer: () => issuerKey(evidence.plan, evidence.events, params.issuer).name,
      asked: (at) => besideAsked(params, evidence, at),
    }),
});

/** What comes in nobody knows before. */
function existingWords(plan: Plan, existing: string): string {
  const input = inputOf(plan, existing);
  return input?.type === 'certificate' ? `${existing}, brought as ${input.file}` : certificateWords(plan, existing);
}
