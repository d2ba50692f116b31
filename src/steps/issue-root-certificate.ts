import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { rootCertificateRequest } from '../plan/issuing.ts';
import { keyAtHand, keyNamed } from '../plan/known.ts';
import { fieldPart } from '../plan/paper-part.ts';
import { makerOf } from '../plan/record.ts';
import { defineStep } from '../plan/step-type.ts';
import { signsOn, withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import {
  CERTIFICATE_PARAMETERS,
  dateValues,
  holdOutput,
  holdRequests,
  markSubject,
  PROPOSED_BOXES,
  profileValues,
  subjectValues,
} from './certificate-parameters.ts';
import { proposeCertificate, requestOf, signCertificate } from './certificates.ts';
import { rootAsked } from './certificates-asked.ts';
import { judgeCertificate } from './certificates-judged.ts';

/** Issues the self-signed certificate of a key that was generated in this ceremony. */
export const issueRootCertificate = defineStep({
  name: 'issue-root-certificate',
  version: 1,
  summary: 'Issue the self-signed root certificate.',
  irreversible: true,
  operation: () => 'sign' as const,
  proposalNeeds: (params) => [{ kind: 'key', name: params.key }],
  makes: 'certificate',
  writesOut: true,
  needs: ['guard', 'operations', 'issue', 'pack'],
  schema: z.strictObject({ key: name, ...CERTIFICATE_PARAMETERS }),
  mark: (params, marking) => ({ ...params, subject: markSubject(params.subject, marking) }),
  simulate(params, world, context) {
    const { step, act, plan, report } = context;
    const key = keyAtHand(world, params.key);
    if (!key) report('PLAN_NAME', ['with', 'key'], `the key "${params.key}" is not made by an earlier step`);
    const made = holdOutput(world, context);
    const requests = holdRequests(context, (at) =>
      rootCertificateRequest(plan, params, key?.algorithm ?? 'ecdsa-p384', at),
    );
    const after = { ...world, tokens: signsOn(world, key, act) };
    if (made === undefined) return after;
    const certificate = { name: made, key: params.key, issuer: null, step: step.key, requests };
    return { ...after, certificates: withEntry(world.certificates, made, certificate) };
  },
  describe: (params, step) => [
    `Sign the certificate of "${params.subject['CN'] ?? ''}" with its own key "${params.key}": ${step.out ?? ''}.`,
  ],
  paper: (params, step, plan) => [
    {
      kind: 'expected',
      values: [
        ...subjectValues(params),
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
        ...subjectValues(params),
        ['issuer', 'the same name'],
        ...dateValues(params, plan),
        ['key', `${params.key}, ${String(makerOf(plan, 'key', params.key)?.params['algorithm'] ?? '')}`],
        ...profileValues(plan, params.profile),
        ['file', step.out ?? ''],
      ],
    },
    fieldPart('not before', 'utc'),
    fieldPart('not after', 'utc'),
    ...PROPOSED_BOXES,
  ],
  async propose(params, step, context, at) {
    const { ceremony } = context;
    const { plan } = ceremony;
    const key = keyNamed(plan, ceremony.events(), params.key);
    if (!key) throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${params.key}" has not been generated`);
    const request = requestOf(rootCertificateRequest(plan, params, key.algorithm, at));
    const signer = { name: params.key, token: key.token };
    return await proposeCertificate({ request, spki: key.spki, signer, issuer: 'self' }, step, context, at);
  },
  async *run(_params, step, context) {
    const refusal = 'the signature of the new root certificate does not verify with its own key';
    yield* signCertificate(step, context, async () => ({ chain: [], refusal }));
  },
  verify: (params, step, own, evidence) =>
    judgeCertificate(step, own, evidence, {
      signer: () => params.key,
      asked: (at) => rootAsked(params, evidence, at),
    }),
});
