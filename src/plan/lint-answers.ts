import type { AnswersFault } from '../pki/answer-faults.ts';
import { type LintResult, lint } from '../pki/lint.ts';
import { encodeResponseData } from '../pki/ocsp-response.ts';
import type { Certificate, TbsCertList } from '../x509/model.ts';
import { verifySignature } from '../x509/signature.ts';
import { type Carried, carriedCrls } from './hierarchy-planned.ts';
import { certificateAtHand, keyAtHand } from './known.ts';
import { waiversOf } from './make-plan.ts';
import {
  type AnswersFiles,
  type AnswersParameters,
  answersDates,
  ocspAnswers,
  ofOtherPartitions,
  PRESIGNS,
  signerOf,
} from './ocsp-answers.ts';
import { type Plan, stepsOf } from './plan.ts';
import type { World } from './world.ts';

/** What is wrong with answers that a plan would give, by the key of the step. */
export interface AnswersProblem extends AnswersFault {
  readonly step: string;
}

/**
 * Holds every OCSP response of a plan to the certificates that are there, or stand-ins for them, as it would be if it were
 * proposed at that time; by the CRLs as they are planned, since what a list adds is not known yet.
 * @param there certificates by name
 * @param crls what the plan's CRLs would be, by name
 * @param isStandIn whether a certificate is one, and signed by nobody
 */
export function lintAnswers(
  { plan, world, carried }: { readonly plan: Plan; readonly world: World; readonly carried: Carried },
  there: ReadonlyMap<string, Certificate>,
  crls: ReadonlyMap<string, TbsCertList>,
  isStandIn: (certificate: Certificate) => boolean,
  at: string,
): {
  readonly problems: readonly AnswersProblem[];
  readonly results: readonly (readonly [step: string, LintResult])[];
} {
  const problems: AnswersProblem[] = [];
  const results: (readonly [string, LintResult])[] = [];
  const hasSigned = (certificate: Certificate, issuer: Certificate) =>
    isStandIn(certificate) ||
    isStandIn(issuer) ||
    verifySignature(issuer.spki, certificate.signatureAlgorithm.der, certificate.tbs, certificate.signature);
  for (const step of stepsOf(plan)) {
    if (step.type !== PRESIGNS) continue;
    const params = step.params as unknown as AnswersParameters;
    const { request: dates } = answersDates(params, at);
    // Dates that are none, or in no order, the simulation has reported.
    if (!dates || dates.nextUpdate <= dates.thisUpdate || dates.thisUpdate > at) continue;
    const files = filesOf(params, there, crls, isStandIn, carried);
    const key = keyAtHand(world, certificateAtHand(plan, world, signerOf(params))?.key ?? '');
    if (!files || !key) continue;
    const { asked, faults } = ocspAnswers(params, files, key.algorithm, at, hasSigned);
    problems.push(...faults.map((fault) => ({ ...fault, step: step.key })));
    if (!asked || faults.length > 0) continue;
    const context = { kind: 'ocsp-response', plannedAt: at } as const;
    const responseData = encodeResponseData(asked);
    results.push([step.key, lint({ responseData }, plan.rules, context, waiversOf(plan))]);
  }
  return { problems, results };
}

/** Undefined where one is not at hand: that has been reported, or nothing is known of it yet. */
function filesOf(
  params: AnswersParameters,
  there: ReadonlyMap<string, Certificate>,
  crls: ReadonlyMap<string, TbsCertList>,
  isStandIn: (certificate: Certificate) => boolean,
  carried: Carried,
): AnswersFiles | undefined {
  const issuer = there.get(params.issuer);
  const responder = params.responder === undefined ? undefined : there.get(params.responder);
  const crl = crls.get(params.crl);
  const certificates = params.certificates.flatMap((name, index) => {
    const certificate = there.get(name);
    if (!certificate) return [];
    // All stand-ins have one serial number, and a response answers once for each.
    const bytes = Uint8Array.of(1, index >> 8, index & 0xff);
    const serial = { hex: Buffer.from(bytes).toString('hex'), bytes };
    return [isStandIn(certificate) ? { ...certificate, serial } : certificate];
  });
  if (!issuer || !crl || certificates.length !== params.certificates.length) return undefined;
  if (params.responder !== undefined && !responder) return undefined;
  // The stand-ins list nobody who is new; what an earlier ceremony has revoked, they list as it did.
  const beside = ofOtherPartitions(crl, [...crls.values(), ...carriedCrls(carried)]);
  return { issuer, responder, certificates, crl, beside };
}
