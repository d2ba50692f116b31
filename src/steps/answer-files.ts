import { CeremonyError } from '../base/errors.ts';
import { currentDelta, newestCrl, PREVIOUS_LEDGER, previousCrlPath, sequencesOf } from '../ledger/carried.ts';
import { readLedger } from '../ledger/read.ts';
import { ANSWERS, answerPath, encodeOcspRequest } from '../pki/ocsp-response.ts';
import { certificatePath } from '../plan/known.ts';
import { type AnswersFiles, type AnswersParameters, ofOtherPartitions } from '../plan/ocsp-answers.ts';
import { type Plan, type PlannedStep, stepsOf } from '../plan/plan.ts';
import { makerOf } from '../plan/record.ts';
import type { PackAccess } from '../plan/step-type.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { currentCrls } from '../x509/constructed-crl.ts';
import { parseCrl } from '../x509/crl.ts';
import { scopeOf } from '../x509/crl-scope.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';

/*
 * The files of the pack from which an OCSP response is made, and those that it becomes.
 */

/** Where it lies in the pack. */
export function responsePath(out: string): string {
  return `ocsp/${out}`;
}

/**
 * Where it lies for the web server: under its name, and where a request for each certificate that it answers for leads.
 * @param out of the step
 */
export function publishedAnswers(out: string, { issuer, certificates }: Answered): string[] {
  const asked = { name: issuer.subject.der, spki: issuer.spki.der };
  return [
    `publish/${ANSWERS}/${out}`,
    ...certificates.map(({ serial }) => `publish/${ANSWERS}/${answerPath(encodeOcspRequest(asked, serial.bytes))}`),
  ];
}

interface Answered {
  readonly issuer: Pick<Certificate, 'subject' | 'spki'>;
  readonly certificates: readonly Pick<Certificate, 'serial'>[];
}

/** @throws CeremonyError HSM_OBJECT_MISSING for a name of nothing, and what `read` throws */
export async function filesAnswered(
  plan: Plan,
  step: PlannedStep,
  params: AnswersParameters,
  pack: Pick<PackAccess, 'read' | 'list'>,
): Promise<AnswersFiles> {
  const files = new Map<string, Uint8Array>();
  for (const path of pathsOf(plan, params)) {
    if (path === undefined)
      throw new CeremonyError('HSM_OBJECT_MISSING', 'a certificate or the CRL that the step names is not made here');
    files.set(path, await pack.read(path));
  }
  const there = new Set(await pack.list());
  if (there.has(PREVIOUS_LEDGER)) files.set(PREVIOUS_LEDGER, await pack.read(PREVIOUS_LEDGER));
  const file = (path: string) => files.get(path);
  for (const path of besidePaths(plan, step, params, file)) if (there.has(path)) files.set(path, await pack.read(path));
  return filesJudged(plan, step, params, file) as AnswersFiles;
}

/** The same, of the record; undefined where one is not there. @throws CeremonyError DER_INVALID */
export function filesJudged(
  plan: Plan,
  step: PlannedStep,
  params: AnswersParameters,
  file: (path: string) => Uint8Array | undefined,
): AnswersFiles | undefined {
  const certificate = (name: string) => {
    const path = certificatePath(plan, name);
    const der = path === undefined ? undefined : file(path);
    return der && parseCertificate(der, path);
  };
  const issuer = certificate(params.issuer);
  const responder = params.responder === undefined ? undefined : certificate(params.responder);
  const certificates = params.certificates.flatMap((name) => certificate(name) ?? []);
  const path = crlPath(plan, params);
  const crl = path === undefined ? undefined : file(path);
  if (!issuer || !crl || certificates.length !== params.certificates.length) return undefined;
  if (params.responder !== undefined && !responder) return undefined;
  const own = parseCrl(crl, path);
  const others = besidePaths(plan, step, params, file).flatMap((one) => readOrNone(file, one));
  return { issuer, responder, certificates, crl: own, beside: ofOtherPartitions(own, currentCrls(others)) };
}

/**
 * Where the newest CRLs of the CA's other partitions lie: those that steps before this one sign, and those of earlier ceremonies.
 * Empty where a complete one says what is answered.
 */
function besidePaths(
  plan: Plan,
  step: PlannedStep,
  params: AnswersParameters,
  file: (path: string) => Uint8Array | undefined,
): string[] {
  const [own, crl] = [crlPath(plan, params), readOrNone(file, crlPath(plan, params))[0]];
  if (!crl || scopeOf(crl) === undefined) return [];
  const steps = stepsOf(plan);
  const before = steps.slice(
    0,
    steps.findIndex(({ key }) => key === step.key),
  );
  const here = before.flatMap(({ makes, out }) => (makes['crl'] === undefined ? [] : [`crls/${out ?? ''}`]));
  const ledger = file(PREVIOUS_LEDGER);
  const carried = sequencesOf(ledger ? readLedger(ledger).crls : []).flatMap((crls) =>
    [newestCrl(crls), currentDelta(crls)].flatMap((one) => (one ? [previousCrlPath(one.sha256)] : [])),
  );
  return [...here, ...carried].filter((path) => path !== own);
}

function readOrNone(
  file: (path: string) => Uint8Array | undefined,
  path: string | undefined,
): readonly CertificateList[] {
  const der = path === undefined ? undefined : file(path);
  return der ? [parseCrl(der, path)] : [];
}

function pathsOf(plan: Plan, params: AnswersParameters): (string | undefined)[] {
  const { issuer, responder, certificates } = params;
  const names = [issuer, ...certificates, ...(responder === undefined ? [] : [responder])];
  return [...names.map((name) => certificatePath(plan, name)), crlPath(plan, params)];
}

function crlPath(plan: Plan, { crl }: Pick<AnswersParameters, 'crl'>): string | undefined {
  const maker = makerOf(plan, 'crl', crl);
  return maker && `crls/${maker.out ?? ''}`;
}
