import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, sameOctets } from '../base/octets.ts';
import { compareCrl } from '../pki/compare.ts';
import { refusedByIssuer } from '../pki/delta-policy.ts';
import { issuerIdentity } from '../pki/issuer.ts';
import { lint } from '../pki/lint.ts';
import { pemOctets } from '../pki/pem.ts';
import { crlRequestProblems, type IssuerIdentity } from '../pki/request.ts';
import { boundAt, lastContext, releasedSerials, releasePaths, successionOf, takingStep } from '../plan/delta-crl.ts';
import { type CrlParameters, crlRequest, dateParameter } from '../plan/issuing.ts';
import { certificateAtHand, certificatePath, keyAtHand, keyNamed, keyOfCertificate } from '../plan/known.ts';
import { followed, lastCrlIn } from '../plan/last-crl.ts';
import { waiversOf } from '../plan/make-plan.ts';
import { fieldPart } from '../plan/paper-part.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { proposalOf, resultOf } from '../plan/record.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import { signsOn, withEntry } from '../plan/world.ts';
import { httpUrl, partition, releases } from '../script/schema/crls.ts';
import { dateExpression } from '../script/schema/dates.ts';
import { distinct, name } from '../script/schema/words.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCrl, parseTbsCertList } from '../x509/crl.ts';
import { type CrlScope, scopeWords } from '../x509/crl-scope.ts';
import type { CertificateList } from '../x509/model.ts';
import { textBeside } from '../x509/render.ts';
import { verifySignature } from '../x509/signature.ts';
import { payloadIn, signatureAsPlanned, unplanned } from './as-planned.ts';
import { holdDecided, holdOneOfItsCa, holdPrevious, holdRevoked } from './crl-order.ts';
import { holdNext, holdSize } from './crl-size.ts';
import { changedBy, expectedOfCrl, numberOf, revokedBy } from './crl-words.ts';
import { holdDelta } from './delta-order.ts';
import { issuedCertificate, issuerCertificate, issuerKey, requireSigner } from './issuers.ts';
import { requireCleanLint } from './lint-gate.ts';
import { listedCertificates } from './listed-certificates.ts';
import { holdPartition } from './partition-order.ts';
import { readLastCrl } from './previous-crl.ts';
import { revocationsJudged, revocationsTaken } from './revocations.ts';

/** Issues a CRL: the first one of a CA, or the one after the last, which repeats all that it lists. */
export const issueCrl = defineStep({
  name: 'issue-crl',
  version: 1,
  summary: "Issue a CA's CRL.",
  irreversible: true,
  operation: () => 'sign' as const,
  proposalNeeds: (params) => [
    { kind: 'certificate', name: params.issuer },
    ...(params['delta-of'] === undefined ? [] : [{ kind: 'crl' as const, name: params['delta-of'] }]),
    ...(params.beside === undefined ? [] : [{ kind: 'crl-proposed' as const, name: params.beside }]),
  ],
  makes: 'crl',
  writesOut: true,
  needs: ['operations', 'issue', 'pack'],
  schema: z.strictObject({
    issuer: name,
    key: name.exactOptional(),
    first: z.literal(true, { error: 'true' }).exactOptional(),
    previous: name.exactOptional(),
    'delta-of': name.exactOptional(),
    beside: name.exactOptional(),
    revoke: name.exactOptional(),
    decisions: distinct(name, 1).exactOptional(),
    release: releases.exactOptional(),
    freshest: httpUrl.exactOptional(),
    partition: partition.exactOptional(),
    'this-update': dateExpression,
    'next-update': dateExpression,
  }),
  simulate(params, world, context) {
    const { step, act, plan, window, report } = context;
    const certificate = certificateAtHand(plan, world, params.issuer);
    if (!certificate)
      report('PLAN_NAME', ['with', 'issuer'], `the certificate "${params.issuer}" is not made by an earlier step`);
    if (params.key !== undefined && !certificate?.isOf(params.key))
      report('PLAN_NAME', ['with', 'key'], `"${params.key}" is not the key of "${params.issuer}"`);
    holdPrevious(params, world, plan, report);
    holdRevoked(params, world, context);
    holdDecided(params, world, context);
    holdDelta(params, world, context);
    holdPartition(params, world, context);
    const made = step.makes['crl'];
    if (made === undefined)
      report('PLAN_NAME', [], 'the CRL gets no name for later steps', 'add "makes: { crl: NAME }"');
    else if (world.crls.has(made)) report('PLAN_NAME', ['makes', 'crl'], `the CRL "${made}" is made already`);
    holdOneOfItsCa(params, world, plan, report);
    if (step.out === null || !step.out.endsWith('.crl'))
      report('PLAN_FILE', ['out'], 'the CRL needs a file', 'add "out: NAME.crl"');
    const key = certificate?.key === undefined ? undefined : keyAtHand(world, certificate.key);
    for (const at of window) {
      const algorithm = key?.algorithm ?? 'ecdsa-p384';
      const { request, problems } = crlRequest(plan, params, NO_ISSUER, algorithm, at, undefined);
      for (const problem of problems) report('PLAN_DATE', ['with', ...problem.path], problem.message);
      for (const problem of request ? crlRequestProblems(request) : []) {
        report('PLAN_DATE', ['with', dateParameter(problem) ?? 'this-update'], problem);
      }
    }
    const tokens = signsOn(world, key, act);
    if (made === undefined) return { ...world, tokens };
    return {
      ...world,
      tokens,
      crls: withEntry(world.crls, made, {
        ...{ name: made, issuer: params.issuer, step: step.key },
        ...(params['delta-of'] === undefined ? {} : { delta: true }),
        ...(params.partition === undefined ? {} : { scope: params.partition }),
      }),
    };
  },
  describe: (params, step, plan) => [
    params['delta-of'] !== undefined
      ? `Sign a delta CRL of ${crlOf(params)}: number ${numberOf(plan, params)}, ${changedBy(plan, params)}: ${step.out ?? ''}.`
      : params.previous === undefined
        ? `Sign the first CRL of ${crlOf(params)}: number 1, ${revokedBy(plan, params)} revoked: ${step.out ?? ''}.`
        : `Sign the CRL of ${crlOf(params)} after its last one: number ${numberOf(plan, params)}, ${revokedBy(plan, params)}: ${step.out ?? ''}.`,
  ],
  paper: (params, step, plan) => [
    { kind: 'expected', values: expectedOfCrl(params, step, plan) },
    fieldPart('this update', 'utc'),
    fieldPart('next update', 'utc'),
  ],
  sheet: (params, step, plan) => [
    { kind: 'expected', values: expectedOfCrl(params, step, plan) },
    fieldPart('this update', 'utc'),
    fieldPart('next update', 'utc'),
  ],
  async propose(params, step, { issue, pack, ceremony }, at) {
    const { plan } = ceremony;
    const key = issuerKey(plan, ceremony.events(), params.issuer);
    const issuer = await issuerCertificate(plan, params.issuer, ceremony.events(), pack, issue);
    const refused = params['delta-of'] === undefined ? undefined : refusedByIssuer(issuer, 'delta');
    if (refused !== undefined)
      throw new CeremonyError('PROFILE_INVALID', refused, { hint: 'issue a complete CRL, with "previous:"' });
    const last = await readLastCrl(plan, params, issuer, pack);
    const moment = boundAt(plan, params, ceremony.events(), at);
    const taking = takingStep(plan, params);
    const added = await revocationsTaken(taking, issuer, last?.state, moment, { pack, ceremony });
    const files = new Map<string, Uint8Array>();
    for (const path of releasePaths(plan, params)) files.set(path, await pack.read(path));
    const released = last ? releasedSerials(plan, params, last, (path) => files.get(path)) : [];
    const before = successionOf(params, last, added, released);
    const { request, problems } = crlRequest(plan, params, issuerIdentity(issuer), key.algorithm, moment, before);
    if (!request) throw new CeremonyError('PROFILE_INVALID', problems.map((problem) => problem.message).join('; '));
    const tbs = await issue.tbsCertList(request);
    holdSize(tbs);
    const parsed = parseTbsCertList(tbs);
    if (params['delta-of'] !== undefined && last) holdNext(last.complete, parsed);
    const [difference] = compareCrl(parsed, request);
    if (difference)
      throw new CeremonyError(
        'LINT_FAILED',
        `the to-be-signed CRL differs from what was asked: ${difference.field} is ${difference.found}, asked for ${difference.asked}`,
      );
    const linted = lint(
      { tbsCertList: tbs },
      plan.rules,
      { kind: 'root-crl', plannedAt: at, issuer, ...lastContext(params, last) },
      waiversOf(plan),
    );
    const operation = signatureAsPlanned(plan, ceremony.events(), step, { key: key.name, kind: 'crl', tbs });
    const listed = await listedCertificates(parsed, last?.state, issuer, pack);
    requireSigner(operation, issuer.spki.der);
    return {
      operation,
      payload: tbs,
      ...(last ? { previous: last.complete.der } : {}),
      ...(last?.delta ? { delta: last.delta.der } : {}),
      ...(listed ? { certificates: listed } : {}),
      lint: requireCleanLint(linted),
    };
  },
  async *run(params, step, { operations, issue, pack, ceremony }) {
    const { bytes: signature, payload: tbs } = yield* operations.execute(step);
    const { plan } = ceremony;
    const proposed = proposalOf(ceremony.events(), step.key);
    const der = issue.assemble(tbs, String(proposed?.descriptor['mechanism']), signature);
    const crl = parseCrl(der);
    if (!sameOctets(crl.tbs, tbs))
      throw new CeremonyError('PAYLOAD_DIGEST', 'the assembled CRL does not hold the approved bytes');
    const issuer = await issuedCertificate(plan, params.issuer, pack);
    if (!verifySignature(issuer.spki, crl.signatureAlgorithm.der, crl.tbs, crl.signature)) {
      throw new CeremonyError(
        'HSM_SIGNATURE',
        `the signature of the new CRL does not verify with the certificate "${params.issuer}"`,
      );
    }
    const last = await readLastCrl(plan, params, issuer, pack);
    requireCleanLint(
      lint(
        { crl: der },
        plan.rules,
        { kind: 'root-crl', plannedAt: proposed?.at ?? '', issuer, ...lastContext(params, last) },
        waiversOf(plan),
      ),
    );
    yield* pack.add(step, filesOf((step.out ?? '').replace(/\.crl$/, ''), crl));
  },
  verify(params, step, own, evidence) {
    const where = `crls/${step.out ?? ''}`;
    const fault = (message: string) => [
      { check: 'STEP-CRL', message: `step ${step.number} "${step.key}": ${message}`, where },
    ];
    const der = evidence.octets(where);
    if (!own.some((event) => event.type === 'result') || !resultOf(evidence.events, step.key))
      return fault('no CRL was signed');
    if (!der) return fault('the CRL is not in the pack');
    const differences = unplanned(step, own, evidence.events, (proposed, before) =>
      signatureAsPlanned(evidence.plan, before, step, {
        key: keyOfCertificate(evidence.plan, params.issuer) ?? '',
        kind: 'crl',
        tbs: payloadIn(proposed, evidence),
      }),
    );
    try {
      return [...differences, ...judgeCrl(params, step, der, evidence)].flatMap(fault);
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return fault(error.message);
    }
  },
});

/** `"root", partition http://pki.example.com/root-a.crl` */
function crlOf({ issuer, partition: scope }: { readonly issuer: string; readonly partition?: CrlScope }): string {
  return `"${issuer}"${scope === undefined ? '' : `, partition ${scopeWords(scope)}`}`;
}

/** Each is made as it is written: a long CRL is not there as a whole, and its PEM is longer. */
function* filesOf(stem: string, crl: CertificateList): Generator<readonly [path: string, bytes: Octets]> {
  yield [`crls/${stem}.crl`, crl.der];
  yield [`crls/${stem}.pem`, pemOctets('X509 CRL', crl.der)];
  yield [`crls/${stem}.txt`, textBeside(crl.der)];
  yield [`publish/${stem}.crl`, crl.der];
}

/** For judging dates before there is an issuer. */
const NO_ISSUER: IssuerIdentity = { name: new Uint8Array(), keyIdentifier: new Uint8Array() };

function judgeCrl(
  params: CrlParameters & {
    readonly issuer: string;
    readonly previous?: string;
    readonly 'delta-of'?: string;
    readonly revoke?: string;
    readonly decisions?: readonly string[];
  },
  step: PlannedStep,
  der: Octets,
  { plan, events, file, octets }: StepEvidence,
): string[] {
  const issuerDer = file(certificatePath(plan, params.issuer) ?? '');
  const key = keyNamed(plan, events, keyOfCertificate(plan, params.issuer) ?? '');
  const proposed = proposalOf(events, step.key);
  if (!issuerDer || !key || !proposed) return ['its issuer is not in the pack'];
  const identity = issuerIdentity(parseCertificate(issuerDer));
  const last = lastCrlIn(plan, followed(step.params), octets);
  if (followed(step.params) !== undefined && !last) return ['the CRL before it is not in the pack'];
  const moment = boundAt(
    plan,
    step.params,
    events.filter(({ seq }) => seq < proposed.seq),
    proposed.at,
  );
  const taking = takingStep(plan, step.params);
  const added = revocationsJudged(taking, parseCertificate(issuerDer), last?.state, moment, { plan, events, file });
  const released = last ? releasedSerials(plan, step.params, last, file) : [];
  const before = successionOf(step.params, last, added, released);
  const { request } = crlRequest(plan, params, identity, key.algorithm, moment, before);
  if (!request) return ['what was asked for cannot be rebuilt from the plan'];
  return compareCrl(parseCrl(der), request).map((one) => `${one.field} is ${one.found}, asked for ${one.asked}`);
}
