import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { wholeOf } from '../base/octets.ts';
import { sameBytes } from '../der/reader.ts';
import { sequence } from '../der/writer.ts';
import { compareOcspResponse } from '../pki/compare-ocsp.ts';
import { lint } from '../pki/lint.ts';
import { encodeOcspResponse } from '../pki/ocsp-response.ts';
import { keyOfCertificate } from '../plan/known.ts';
import { waiversOf } from '../plan/make-plan.ts';
import { type AnswersParameters, ocspAnswers, PRESIGNS, signerOf } from '../plan/ocsp-answers.ts';
import { fieldPart } from '../plan/paper-part.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { proposalOf, resultOf } from '../plan/record.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import { signsOn } from '../plan/world.ts';
import { algorithmIdentifier } from '../quorum/mechanism.ts';
import { dateExpression } from '../script/schema/dates.ts';
import { name } from '../script/schema/words.ts';
import { scopeOf } from '../x509/crl-scope.ts';
import { parseOcspResponse, parseOcspResponseData } from '../x509/ocsp-response.ts';
import { textBeside } from '../x509/render.ts';
import { verifySignature } from '../x509/signature.ts';
import { filesAnswered, filesJudged, publishedAnswers, responsePath } from './answer-files.ts';
import { holdAnswers } from './answers-planned.ts';
import { payloadIn, signatureAsPlanned, unplanned } from './as-planned.ts';
import { certificateWords } from './certificate-parameters.ts';
import { issuerKey, requireSigner } from './issuers.ts';
import { requireCleanLint } from './lint-gate.ts';
import { dateWords } from './paper-parts.ts';

const SCHEMA = z.strictObject({
  issuer: name,
  certificates: z.array(name).min(1, { error: 'one certificate at least' }),
  responder: name.exactOptional(),
  crl: name,
  'this-update': dateExpression,
  'next-update': dateExpression,
});
type Parameters = z.infer<typeof SCHEMA>;

/**
 * Signs what a CA answers to whoever asks by OCSP whether certificates of its are revoked (RFC 6960), before anybody asks: one
 * response for all of them, by the CRL of this ceremony, signed by the CA or by a responder that it has certified.
 */
export const presignOcsp = defineStep({
  name: PRESIGNS,
  version: 1,
  summary: 'Sign OCSP responses beforehand, about certificates that a CA has issued.',
  irreversible: true,
  operation: () => 'sign' as const,
  proposalNeeds: (params) => [
    ...[...new Set([params.issuer, ...params.certificates, signerOf(params)])].map(
      (one) => ({ kind: 'issued', name: one }) as const,
    ),
    { kind: 'crl', name: params.crl },
  ],
  writesOut: true,
  needs: ['operations', 'issue', 'pack'],
  schema: SCHEMA,
  simulate(params, world, context) {
    const { key, files } = holdAnswers(params, world, context);
    return { ...world, files, tokens: signsOn(world, key, context.act) };
  },
  describe: (params, step) => [
    `Sign the OCSP response about ${listed(params.certificates)} with the key of "${signerOf(params)}": what the CRL "${params.crl}" says: ${step.out ?? ''}.`,
  ],
  paper: (params, step, plan) => [
    { kind: 'expected', values: expected(params, step, plan) },
    fieldPart('this update', 'utc'),
    fieldPart('next update', 'utc'),
  ],
  sheet: (params, step, plan) => [
    { kind: 'expected', values: expected(params, step, plan) },
    fieldPart('this update', 'utc'),
    fieldPart('next update', 'utc'),
  ],
  async propose(params, step, { issue, pack, ceremony }, at) {
    const { plan } = ceremony;
    const key = issuerKey(plan, ceremony.events(), signerOf(params));
    const files = await filesAnswered(plan, step, params, pack);
    const { asked, faults } = ocspAnswers(params, files, key.algorithm, at);
    if (!asked || faults.length > 0)
      throw new CeremonyError(
        'LINT_FAILED',
        `the OCSP response is not signed: ${faults.map(({ message }) => message).join('; ')}`,
        { hint: 'nothing is signed: what is answered has to be so, and clients have to accept it' },
      );
    const data = await issue.responseData(asked);
    const [difference] = compareOcspResponse(parseOcspResponseData(data), asked);
    if (difference)
      throw new CeremonyError(
        'LINT_FAILED',
        `the to-be-signed OCSP response differs from what was asked: ${difference.field} is ${difference.found}, asked for ${difference.asked}`,
      );
    const context = { kind: 'ocsp-response', plannedAt: at } as const;
    const linted = lint({ responseData: data }, plan.rules, context, waiversOf(plan));
    const signing = { key: key.name, kind: 'ocsp-response', tbs: data } as const;
    const operation = signatureAsPlanned(plan, ceremony.events(), step, signing);
    requireSigner(operation, (files.responder ?? files.issuer).spki.der);
    const lintedClean = requireCleanLint(linted);
    // Which partition a certificate is in its own bytes say, and the guard has them from nowhere else.
    const certificates =
      scopeOf(files.crl) === undefined ? {} : { certificates: sequence(...files.certificates.map(({ der }) => der)) };
    return { operation, payload: data, ...certificates, lint: lintedClean };
  },
  async *run(params, step, { operations, pack, ceremony }) {
    const { bytes: signature, payload } = yield* operations.execute(step);
    const data = wholeOf(payload);
    const { plan } = ceremony;
    const files = await filesAnswered(plan, step, params, pack);
    const proposed = proposalOf(ceremony.events(), step.key);
    const algorithm = algorithmIdentifier(String(proposed?.descriptor['mechanism']));
    const carried = files.responder ? [files.responder.der] : [];
    const der = encodeOcspResponse(data, algorithm, signature, carried);
    const response = parseOcspResponse(der);
    if (!sameBytes(response.tbs, data))
      throw new CeremonyError('PAYLOAD_DIGEST', 'the assembled OCSP response does not hold the approved bytes');
    const signer = files.responder ?? files.issuer;
    if (!verifySignature(signer.spki, algorithm, response.tbs, response.signature))
      throw new CeremonyError(
        'HSM_SIGNATURE',
        `the signature of the new OCSP response does not verify with the certificate "${signerOf(params)}"`,
      );
    const path = responsePath(step.out ?? '');
    yield* pack.add(step, [
      [path, der],
      [path.replace(/ors$/, 'txt'), textBeside(der)],
      ...publishedAnswers(step.out ?? '', files).map((published) => [published, der] as const),
    ]);
  },
  verify(params, step, own, evidence) {
    const where = responsePath(step.out ?? '');
    const fault = (message: string) => [
      { check: 'STEP-OCSP', message: `step ${step.number} "${step.key}": ${message}`, where },
    ];
    const der = evidence.file(where);
    if (!own.some((event) => event.type === 'result') || !resultOf(evidence.events, step.key))
      return fault('no OCSP response was signed');
    if (!der) return fault('the OCSP response is not in the pack');
    const differences = unplanned(step, own, evidence.events, (proposed, before) =>
      signatureAsPlanned(evidence.plan, before, step, {
        key: keyOfCertificate(evidence.plan, signerOf(params)) ?? '',
        kind: 'ocsp-response',
        tbs: payloadIn(proposed, evidence),
      }),
    );
    try {
      return [...differences, ...judgeAnswers(params, step, der, evidence)].flatMap(fault);
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return [...differences, error.message].flatMap(fault);
    }
  },
});

function judgeAnswers(params: Parameters, step: PlannedStep, der: Uint8Array, evidence: StepEvidence): string[] {
  const { plan, events } = evidence;
  const proposed = proposalOf(events, step.key);
  const files = filesJudged(plan, step, params, evidence.file);
  if (!files || !proposed) return ['a certificate or the CRL that it names is not in the pack'];
  const key = issuerKey(plan, events, signerOf(params));
  const { asked, faults } = ocspAnswers(params as AnswersParameters, files, key.algorithm, proposed.at);
  if (!asked) return faults.map(({ message }) => message);
  const response = parseOcspResponse(der);
  const differences = compareOcspResponse(response, asked).map(
    (one) => `${one.field} is ${one.found}, asked for ${one.asked}`,
  );
  const [carried, due] = [response.certificates, files.responder ? [files.responder] : []];
  if (carried.length !== due.length || !carried.every((one, at) => sameBytes(one.der, due[at]?.der ?? one.tbs)))
    differences.push(
      files.responder
        ? "it does not come with the responder's certificate alone"
        : 'it comes with a certificate, and the CA signs it itself',
    );
  return [...faults.map(({ message }) => message), ...differences];
}

function expected(params: Parameters, step: PlannedStep, plan: Plan): (readonly [name: string, value: string])[] {
  const { issuer, responder, certificates, crl } = params;
  return [
    ['issuer', certificateWords(plan, issuer)],
    ...certificates.map((one) => ['answers about', certificateWords(plan, one)] as const),
    ['signed by', responder === undefined ? 'the issuer itself' : certificateWords(plan, responder)],
    ['status', `as the CRL "${crl}" says: good, or revoked with time and reason`],
    ['this update', dateWords(params['this-update'], plan)],
    ['next update', dateWords(params['next-update'], plan)],
    ['file', step.out ?? ''],
  ];
}

function listed(names: readonly string[]): string {
  return names.map((one) => `"${one}"`).join(', ');
}
