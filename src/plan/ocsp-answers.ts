import type { Json } from '../base/canonical-json.ts';
import { KEY_ALGORITHMS, type KeyAlgorithmName } from '../pki/algorithms.ts';
import {
  type AnswersFault,
  type AnswersGround,
  answerBy,
  answersCrlFaults,
  answersFaults,
} from '../pki/answer-faults.ts';
import { answersProblems, type OcspAnswers } from '../pki/ocsp-response.ts';
import { scopeKey, scopeOf } from '../x509/crl-scope.ts';
import type { Certificate, TbsCertList } from '../x509/model.ts';
import { boundDates, type Made } from './issuing.ts';

/*
 * Answers to OCSP requests, given beforehand: from the parameters of a step and the files that they name to what is signed. The
 * same for planning, proposing and verifying.
 */

/** Type of the step that gives them. */
export const PRESIGNS = 'presign-ocsp';

export interface AnswersParameters {
  /** Name of the certificate of the CA that issued the others. */
  readonly issuer: string;
  readonly certificates: readonly string[];
  /** Name of the certificate of the responder that signs; the CA signs itself without it. */
  readonly responder?: string;
  /** Name of the CRL by which it is said what is revoked: one of this ceremony. */
  readonly crl: string;
  readonly 'this-update': Json;
  readonly 'next-update': Json;
}

/** The files that it names. */
export interface AnswersFiles {
  readonly issuer: Certificate;
  readonly responder: Certificate | undefined;
  /** In the order of the parameter. */
  readonly certificates: readonly Certificate[];
  readonly crl: TbsCertList;
  /** Where that is of a partition: the newest of the others, as far as they are signed by then; they may list the responder. */
  readonly beside: readonly TbsCertList[];
}

/** What is asked, and what is wrong with it. */
export interface AnswersAsked {
  readonly asked?: OcspAnswers;
  readonly faults: readonly AnswersFault[];
}

/** Name of the certificate whose key signs. */
export function signerOf({ issuer, responder }: Pick<AnswersParameters, 'issuer' | 'responder'>): string {
  return responder ?? issuer;
}

/** Of these CRLs those of other partitions than one; none where that is complete. */
export function ofOtherPartitions<Crl extends TbsCertList>(one: TbsCertList, crls: readonly Crl[]): readonly Crl[] {
  const scope = scopeOf(one);
  if (scope === undefined) return [];
  return crls.filter((other) => scopeKey(scopeOf(other)) !== scopeKey(scope));
}

/** @param at the moment of the proposal, UTC whole seconds */
export function answersDates(
  params: Pick<AnswersParameters, 'this-update' | 'next-update'>,
  at: string,
): Made<{ readonly thisUpdate: string; readonly nextUpdate: string }> {
  const expressions = { 'this-update': params['this-update'], 'next-update': params['next-update'] };
  const { dates, problems } = boundDates(expressions, at);
  const { 'this-update': thisUpdate, 'next-update': nextUpdate } = dates;
  if (problems.length > 0 || thisUpdate === undefined || nextUpdate === undefined) return { problems };
  return { problems: [], request: { thisUpdate, nextUpdate } };
}

/**
 * @param algorithm of the key that signs
 * @param at the moment of the proposal, UTC whole seconds
 * @param hasSigned as for `answersFaults`
 */
export function ocspAnswers(
  params: AnswersParameters,
  { issuer, responder, certificates, crl, beside }: AnswersFiles,
  algorithm: string,
  at: string,
  hasSigned?: Parameters<typeof answersFaults>[1],
): AnswersAsked {
  const { request: dates, problems } = answersDates(params, at);
  if (!dates) return { faults: problems.map(({ message }) => ({ of: 'this-update', message })) };
  const named = certificates.map((certificate, index) => ({ name: params.certificates[index] ?? '', certificate }));
  const ground: AnswersGround = { issuer, responder, certificates: named, ...dates };
  const asked: OcspAnswers = {
    issuer: { name: issuer.subject.der, spki: issuer.spki.der },
    responder: (responder ?? issuer).spki.der,
    producedAt: at,
    ...dates,
    answers: certificates.map((certificate) => answerBy(crl, certificate)),
    signatureAlgorithm: KEY_ALGORITHMS[algorithm as KeyAlgorithmName].signature,
  };
  const faults = [
    ...answersFaults(ground, hasSigned),
    ...answersCrlFaults(crl, ground, beside),
    ...answersProblems(asked).map((message) => ({ of: 'this-update' as const, message })),
  ];
  return { asked, faults };
}
