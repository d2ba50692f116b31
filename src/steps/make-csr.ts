import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { wholeOf } from '../base/octets.ts';
import { sameBytes } from '../der/reader.ts';
import { compareRequest } from '../pki/compare.ts';
import { fieldsLeftOut, type OwnRequest, ownRequestProblems, requestedFields } from '../pki/own-request.ts';
import { pemOf } from '../pki/pem.ts';
import type { CertificateProfile } from '../pki/profile.ts';
import { profileWords } from '../pki/profile-words.ts';
import { ownRequest } from '../plan/issuing.ts';
import { keyAtHand, keyNamed } from '../plan/known.ts';
import { hexShape, type PaperPart } from '../plan/paper-part.ts';
import type { Plan } from '../plan/plan.ts';
import { makerOf, proposalOf, resultOf } from '../plan/record.ts';
import { ownNameFault, requestPath } from '../plan/requests-made.ts';
import { defineStep, type RunContext } from '../plan/step-type.ts';
import { signsOn } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCertificationRequest, parseCertificationRequestInfo } from '../x509/certification-request.ts';
import { textBeside } from '../x509/render.ts';
import { verifySignature } from '../x509/signature.ts';
import { payloadIn, signatureAsPlanned, unplanned } from './as-planned.ts';
import { markSubject, SUBJECT, subjectValues } from './certificate-parameters.ts';

const SCHEMA = z.strictObject({ key: name, subject: SUBJECT, profile: name.exactOptional() });
type Parameters = z.infer<typeof SCHEMA>;

/** Asks another organisation's CA for a certificate of a key of ours (RFC 2986): signed with that key, under the quorum. */
export const makeCsr = defineStep({
  name: 'make-csr',
  version: 1,
  summary: "Sign a request for a certificate from another organisation's CA.",
  irreversible: true,
  operation: () => 'sign' as const,
  proposalNeeds: (params) => [{ kind: 'key', name: params.key }],
  writesOut: true,
  needs: ['operations', 'issue', 'pack'],
  schema: SCHEMA,
  mark: (params, marking) => ({ ...params, subject: markSubject(params.subject, marking) }),
  simulate(params, world, { step, act, plan, report }) {
    const key = keyAtHand(world, params.key);
    if (!key) report('PLAN_NAME', ['with', 'key'], `the key "${params.key}" is not made by an earlier step`);
    if (step.out === null) report('PLAN_FILE', ['out'], 'the request needs a file', 'add "out: NAME.csr"');
    else if (!step.out.endsWith('.csr'))
      report('PLAN_FILE', ['out'], `"${step.out}" is no file of a request`, 'give it the ending ".csr"');
    const { request, problems } = ownRequest(plan, params, key?.algorithm ?? 'ecdsa-p384');
    for (const { path, message } of problems) report('PLAN_PROFILE', ['with', ...path], message);
    for (const problem of request ? ownRequestProblems(request) : [])
      report('PLAN_PARAMETER', ['with', 'subject'], problem);
    return { ...world, tokens: signsOn(world, key, act) };
  },
  describe: (params, step) => [
    `Sign a request for a certificate of "${params.subject['CN'] ?? ''}" with its own key "${params.key}", for another CA to sign: ${step.out ?? ''}.`,
  ],
  paper: (params, step, plan) => [
    {
      kind: 'expected',
      values: [
        ...subjectValues(params),
        ['key', keyWords(plan, params.key)],
        ['profile', params.profile ?? 'none: no extensions are asked for'],
        ['file', step.out ?? ''],
      ],
    },
  ],
  sheet: (params, step, plan) => [
    {
      kind: 'expected',
      values: [
        ...subjectValues(params),
        ['key', keyWords(plan, params.key)],
        ...extensionValues(plan, params.profile),
        ['file', step.out ?? ''],
      ],
    },
    KEY_BOXES,
  ],
  async propose(params, step, context) {
    const { issue, ceremony } = context;
    const { plan } = ceremony;
    const { request, spki } = await requestDue(params, context);
    const tbs = await issue.requestInfo(request, spki);
    const [difference] = compareRequest(parseCertificationRequestInfo(tbs), request, spki);
    if (difference)
      throw new CeremonyError(
        'LINT_FAILED',
        `the to-be-signed request differs from what was asked: ${difference.field} is ${difference.found}, asked for ${difference.asked}`,
      );
    const operation = signatureAsPlanned(plan, ceremony.events(), step, { key: params.key, kind: 'request', tbs });
    return { operation, payload: tbs, lint: [] };
  },
  async *run(_params, step, { operations, issue, pack, ceremony }) {
    const { bytes: signature, payload } = yield* operations.execute(step);
    const tbs = wholeOf(payload);
    const proposed = proposalOf(ceremony.events(), step.key);
    const der = issue.assemble(tbs, String(proposed?.descriptor['mechanism']), signature);
    const request = parseCertificationRequest(der);
    if (!sameBytes(request.tbs, tbs))
      throw new CeremonyError('PAYLOAD_DIGEST', 'the assembled request does not hold the approved bytes');
    if (!verifySignature(request.spki, request.signatureAlgorithm.der, request.tbs, request.signature))
      throw new CeremonyError('HSM_SIGNATURE', 'the signature of the new request does not verify with its own key');
    const path = requestPath(step.out ?? '');
    yield* pack.add(step, [
      [path, der],
      [path.replace(/csr$/, 'pem'), Buffer.from(pemOf('CERTIFICATE REQUEST', der))],
      [path.replace(/csr$/, 'txt'), textBeside(der)],
      [`publish/${step.out ?? ''}`, der],
    ]);
  },
  verify(params, step, own, evidence) {
    const { plan, events } = evidence;
    const where = requestPath(step.out ?? '');
    const fault = (message: string) => [
      { check: 'STEP-REQUEST', message: `step ${step.number} "${step.key}": ${message}`, where },
    ];
    const der = evidence.file(where);
    if (!own.some((event) => event.type === 'result') || !resultOf(events, step.key))
      return fault('no request was signed');
    if (!der) return fault('the request is not in the pack');
    const differences = unplanned(step, own, events, (proposed, before) => {
      const tbs = payloadIn(proposed, evidence);
      return signatureAsPlanned(plan, before, step, { key: params.key, kind: 'request', tbs });
    });
    try {
      const key = keyNamed(plan, events, params.key);
      const request = key && ownRequest(plan, params, key.algorithm).request;
      if (!request) return [...differences, 'what was asked for cannot be rebuilt from the plan'].flatMap(fault);
      const found = compareRequest(parseCertificationRequest(der), request, key.spki).map(
        (one) => `${one.field} is ${one.found}, asked for ${one.asked}`,
      );
      return [...differences, ...found].flatMap(fault);
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return [...differences, error.message].flatMap(fault);
    }
  },
});

/** What is due now that the key is there. @throws CeremonyError HSM_OBJECT_MISSING, PROFILE_INVALID, LINT_FAILED */
async function requestDue(
  params: Parameters,
  { pack, ceremony }: RunContext<'pack'>,
): Promise<{ readonly request: OwnRequest; readonly spki: Uint8Array }> {
  const { plan } = ceremony;
  const key = keyNamed(plan, ceremony.events(), params.key);
  if (!key) throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${params.key}" has not been generated`);
  const { request, problems } = ownRequest(plan, params, key.algorithm);
  if (!request) throw new CeremonyError('PROFILE_INVALID', problems.map(({ message }) => message).join('; '));
  for (const path of await pack.list()) {
    if (!/^(previous\/)?certificates\/.*\.crt$/.test(path)) continue;
    const fault = ownNameFault(request, key.spki, path, parseCertificate(await pack.read(path), path));
    if (fault !== undefined)
      throw new CeremonyError('LINT_FAILED', `the request does not fit what this CA has issued: ${fault}`, {
        hint: 'nothing is signed: the subject in the script has to be that of the certificate',
      });
  }
  return { request, spki: key.spki };
}

const KEY_BOXES: PaperPart = {
  kind: 'boxes',
  name: 'SHA-256 of the key',
  shape: hexShape(64),
  hint: '0-9 and a-f, as read in words before',
};

/** `ca, ecdsa-p384`; of one that is used, its digest. */
function keyWords(plan: Plan, key: string): string {
  const used = plan.uses?.[key];
  if (used?.kind === 'key') return `${key}: key "${used.name}", SHA-256 ${used.spkiSha256}`;
  return `${key}, ${String(makerOf(plan, 'key', key)?.params['algorithm'] ?? '')}`;
}

/** What is asked for, and what the profile has besides. */
function extensionValues(plan: Plan, name: string | undefined): (readonly [name: string, value: string])[] {
  const profile = name === undefined ? undefined : (plan.profiles[name] as unknown as CertificateProfile | undefined);
  if (!profile) return [['extensions', 'none are asked for']];
  const left = fieldsLeftOut(profile);
  return [
    ...profileWords(requestedFields(profile)),
    ...(left.length === 0 ? [] : [['left to the other CA', left.join(', ')] as const]),
  ];
}
