import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { KEY_ALGORITHMS, type KeyAlgorithmName } from '../pki/algorithms.ts';
import { compareCertificate } from '../pki/compare.ts';
import { lint } from '../pki/lint.ts';
import { ATTRIBUTE_TYPES, type AttributeType } from '../pki/name.ts';
import { pemOf } from '../pki/pem.ts';
import type { CertificateFields } from '../pki/profile.ts';
import { profileWords } from '../pki/profile-words.ts';
import { type CertificateRequest, requestProblems, serialNumber } from '../pki/request.ts';
import { dateParameter, rootCertificateRequest } from '../plan/issuing.ts';
import { waiversOf } from '../plan/make-plan.ts';
import { fieldPart, hexShape } from '../plan/paper-part.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { keyFacts, makerOf, proposalOf, resultOf, tokenOfKey } from '../plan/record.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import { dateExpression } from '../script/schema/dates.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate, parseTbsCertificate } from '../x509/certificate.ts';
import { renderDocument } from '../x509/render.ts';
import { verifySignature } from '../x509/signature.ts';
import { payloadIn, signatureAsPlanned, unplanned } from './as-planned.ts';
import { requireCleanLint } from './lint-gate.ts';
import { dateWords } from './paper-parts.ts';
import { objectIn } from './recorded-facts.ts';

const SERIAL_BYTES = 16;

const attribute = z.string({ error: 'text' }).exactOptional();
const subject = z.strictObject(
  Object.fromEntries(ATTRIBUTE_TYPES.map((type) => [type, attribute])) as Record<AttributeType, typeof attribute>,
);

/** Issues the self-signed certificate of a key that was generated in this ceremony. */
export const issueRootCertificate = defineStep({
  name: 'issue-root-certificate',
  version: 1,
  summary: 'Issue the self-signed root certificate.',
  irreversible: true,
  operation: () => 'sign' as const,
  proposalNeeds: (params) => ({ kind: 'key', name: params.key }),
  makes: 'certificate',
  writesOut: true,
  needs: ['guard', 'operations', 'issue', 'pack'],
  schema: z.strictObject({
    key: name,
    profile: name,
    subject,
    'not-before': dateExpression,
    'not-after': dateExpression,
  }),
  mark: (params, marking) => ({
    ...params,
    subject: {
      ...params.subject,
      ...(params.subject['CN'] === undefined ? {} : { CN: `${marking.commonName}${params.subject['CN']}` }),
    },
  }),
  simulate(params, world, { step, act, plan, window, report }) {
    const key = world.keys.get(params.key);
    if (!key) report('PLAN_NAME', ['with', 'key'], `the key "${params.key}" is not made by an earlier step`);
    const made = step.makes['certificate'];
    if (made === undefined)
      report('PLAN_NAME', [], 'the certificate gets no name for later steps', 'add "makes: { certificate: NAME }"');
    else if (world.certificates.has(made))
      report('PLAN_NAME', ['makes', 'certificate'], `the certificate "${made}" is made already`);
    if (step.out === null || !step.out.endsWith('.crt'))
      report('PLAN_FILE', ['out'], 'the certificate needs a file', 'add "out: NAME.crt"');
    const requests: CertificateRequest[] = [];
    for (const at of window) {
      const { request, problems } = rootCertificateRequest(plan, params, key?.algorithm ?? 'ecdsa-p384', at);
      for (const problem of problems)
        report(
          problem.path[0] === 'profile' ? 'PLAN_PROFILE' : 'PLAN_DATE',
          ['with', ...problem.path],
          problem.message,
        );
      for (const problem of request ? requestProblems(request) : []) {
        const date = dateParameter(problem);
        report(date === undefined ? 'PLAN_PARAMETER' : 'PLAN_DATE', ['with', date ?? 'subject'], problem);
      }
      if (request) requests.push(request);
    }
    const token = key && world.tokens.get(key.token);
    const tokens =
      key && token ? withEntry(world.tokens, key.token, { ...token, active: act.activation !== null }) : world.tokens;
    if (made === undefined) return { ...world, tokens };
    return {
      ...world,
      tokens,
      certificates: withEntry(world.certificates, made, { name: made, key: params.key, step: step.key, requests }),
    };
  },
  describe: (params, step) => [
    `Sign the certificate of "${params.subject['CN'] ?? ''}" with its own key "${params.key}": ${step.out ?? ''}.`,
  ],
  paper: (params, step) => [
    {
      kind: 'expected',
      values: [
        ...Object.entries(params.subject).map(([type, value]) => [type, String(value)] as const),
        ['not before', dateWords(params['not-before'])],
        ['not after', dateWords(params['not-after'])],
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
        ...Object.entries(params.subject).map(([type, value]) => [type, String(value)] as const),
        ['issuer', 'the same name'],
        ['not before', dateWords(params['not-before'])],
        ['not after', dateWords(params['not-after'])],
        ['key', `${params.key}, ${String(makerOf(plan, 'key', params.key)?.params['algorithm'] ?? '')}`],
        ...profileWords(objectIn(objectIn(plan.profiles[params.profile])['fields']) as unknown as CertificateFields),
        ['file', step.out ?? ''],
      ],
    },
    fieldPart('not before', 'utc'),
    fieldPart('not after', 'utc'),
    { kind: 'boxes', name: 'serial number', shape: hexShape(2 * (SERIAL_BYTES + 1)), hint: '0-9 and a-f' },
    { kind: 'boxes', name: 'SHA-256 of the key', shape: hexShape(64), hint: '0-9 and a-f, as read in words before' },
  ],
  async propose(params, step, { guard, issue, ceremony }, at) {
    const { plan } = ceremony;
    const key = keyFacts(plan, ceremony.events(), params.key);
    const token = tokenOfKey(plan, params.key);
    if (!key || token === undefined)
      throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${params.key}" has not been generated`);
    const spki = Buffer.from(String(key['spki']), 'base64');
    const { request, problems } = rootCertificateRequest(plan, params, String(key['algorithm']), at);
    if (!request) throw new CeremonyError('PROFILE_INVALID', problems.map((problem) => problem.message).join('; '));
    const serial = serialNumber(await guard.random(token, SERIAL_BYTES));
    const tbs = await issue.tbsCertificate(request, { spki, serial });
    requireSame(compareCertificate(parseTbsCertificate(tbs), request, { spki, serial }));
    const linted = lint({ tbsCertificate: tbs }, plan.rules, { kind: 'root-ca', plannedAt: at }, waiversOf(plan));
    return {
      operation: signatureAsPlanned(plan, ceremony.events(), step, { key: params.key, kind: 'certificate', tbs }),
      payload: tbs,
      lint: requireCleanLint(linted),
    };
  },
  async *run(_params, step, { operations, issue, pack, ceremony }) {
    const { bytes: signature, payload: tbs } = yield* operations.execute(step);
    const proposed = proposalOf(ceremony.events(), step.key);
    const der = issue.assemble(tbs, String(proposed?.descriptor['mechanism']), signature);
    const certificate = parseCertificate(der);
    // Proposed = linted = approved = signed, byte for byte; only then does it get its name.
    if (Buffer.compare(certificate.tbs, tbs) !== 0)
      throw new CeremonyError('PAYLOAD_DIGEST', 'the assembled certificate does not hold the approved bytes');
    if (
      !verifySignature(certificate.spki, certificate.signatureAlgorithm.der, certificate.tbs, certificate.signature)
    ) {
      throw new CeremonyError(
        'HSM_SIGNATURE',
        'the signature of the new root certificate does not verify with its own key',
      );
    }
    requireCleanLint(
      lint(
        { certificate: der },
        ceremony.plan.rules,
        { kind: 'root-ca', plannedAt: proposed?.at ?? '' },
        waiversOf(ceremony.plan),
      ),
    );
    const stem = (step.out ?? '').replace(/\.crt$/, '');
    const pem = Buffer.from(pemOf('CERTIFICATE', der));
    yield* pack.add(step, `certificates/${stem}.crt`, der);
    yield* pack.add(step, `certificates/${stem}.pem`, pem);
    yield* pack.add(step, `certificates/${stem}.txt`, Buffer.from(`${[...renderDocument(der)].join('\n')}\n`));
    yield* pack.add(step, `publish/${stem}.crt`, der);
    yield* pack.add(step, `publish/${stem}.pem`, pem);
  },
  verify(params, step, own, evidence) {
    const where = `certificates/${step.out ?? ''}`;
    const fault = (message: string) => [
      { check: 'STEP-CERTIFICATE', message: `step ${step.number} "${step.key}": ${message}`, where },
    ];
    const der = evidence.file(where);
    if (!resultOf(evidence.events, step.key) || !own.some((event) => event.type === 'result'))
      return fault('no certificate was signed');
    if (!der) return fault('the certificate is not in the pack');
    const differences = unplanned(step, own, evidence.events, (proposed, before) =>
      signatureAsPlanned(evidence.plan, before, step, {
        key: params.key,
        kind: 'certificate',
        tbs: payloadIn(proposed, evidence),
      }),
    );
    try {
      return [...differences, ...judgeRoot(params, step, der, evidence)].flatMap(fault);
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return fault(error.message);
    }
  },
});

/** What was asked, rebuilt from the plan and the time of the proposal, against what is there. */
function judgeRoot(
  params: Parameters<typeof rootCertificateRequest>[1] & { readonly key: string },
  step: PlannedStep,
  der: Uint8Array,
  { plan, events }: StepEvidence,
): string[] {
  const certificate = parseCertificate(der);
  const request = requestAt(params, step, plan, events);
  if (!request) return ['what was asked for cannot be rebuilt from the plan'];
  const key = keyFacts(plan, events, params.key);
  const holes = {
    spki: Buffer.from(String(key?.['spki']), 'base64'),
    serial: Buffer.from(certificate.serial.hex, 'hex'),
  };
  return compareCertificate(certificate, request, holes).map(
    (one) => `${one.field} is ${one.found}, asked for ${one.asked}`,
  );
}

function requestAt(
  params: Parameters<typeof rootCertificateRequest>[1] & { readonly key: string },
  step: PlannedStep,
  plan: Plan,
  events: readonly Event[],
) {
  const key = keyFacts(plan, events, params.key);
  const file = proposalOf(events, step.key);
  if (!key || !file || !makerOf(plan, 'key', params.key)) return undefined;
  const algorithm = String(key['algorithm']);
  if (!Object.hasOwn(KEY_ALGORITHMS, algorithm as KeyAlgorithmName)) return undefined;
  // The dates were bound at the proposal; its event has the time.
  return rootCertificateRequest(plan, params, algorithm, file.at).request;
}

function requireSame(differences: readonly { field: string; asked: string; found: string }[]): void {
  const [first] = differences;
  if (first)
    throw new CeremonyError(
      'LINT_FAILED',
      `the to-be-signed certificate differs from what was asked: ${first.field} is ${first.found}, asked for ${first.asked}`,
    );
}
