import { CeremonyError } from '../base/errors.ts';
import { wholeOf } from '../base/octets.ts';
import { compareCertificate } from '../pki/compare.ts';
import { encodeSigned } from '../pki/encode.ts';
import { fingerprintsCsv } from '../pki/fingerprints.ts';
import { type LintProblem, lint } from '../pki/lint.ts';
import { pemOf } from '../pki/pem.ts';
import { type Change, reissueDifferences } from '../pki/reissue-differences.ts';
import { type CertificateHoles, type CertificateRequest, SERIAL_RANDOM_BYTES, serialNumber } from '../pki/request.ts';
import type { CertificateContext } from '../pki/rule.ts';
import { beside } from '../plan/hierarchy-existing.ts';
import { CHAIN_SUFFIXES } from '../plan/hierarchy-facts.ts';
import type { Made } from '../plan/issuing.ts';
import { waiversOf } from '../plan/make-plan.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { proposalOf } from '../plan/record.ts';
import type { ProposalMaterial, RunContext, Running } from '../plan/step-type.ts';
import type { Issue } from '../ports.ts';
import { parseCertificate, parseTbsCertificate } from '../x509/certificate.ts';
import type { Certificate } from '../x509/model.ts';
import { textBeside } from '../x509/render.ts';
import { verifySignature } from '../x509/signature.ts';
import { signatureAsPlanned } from './as-planned.ts';
import { holdFit, issuedBefore, takeSerial } from './issued-before.ts';
import { requireSigner } from './issuers.ts';
import { requireCleanLint } from './lint-gate.ts';

/*
 * What the steps that issue a certificate have in common, whoever signs it: from a request to the bytes that people
 * approve, and from a signature to the files.
 */

/** Whose certificate it is to be, by what it is judged, and who signs. */
export interface Issuing {
  readonly request: CertificateRequest;
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Name of the key that signs, and the HSM that it is on. */
  readonly signer: { readonly name: string; readonly token: string };
  readonly judgedAs: JudgedAs;
  /** Of one that is issued again: the existing one, and what may differ from it. */
  readonly again?: { readonly existing: Certificate; readonly changes: readonly Change[] };
}

/** By what it is linted, but for the time. */
export type JudgedAs = CertificateContext extends infer C ? (C extends unknown ? Omit<C, 'plannedAt'> : never) : never;

/** @throws CeremonyError PROFILE_INVALID */
export function requestOf({ request, problems }: Made<CertificateRequest>): CertificateRequest {
  if (!request) throw new CeremonyError('PROFILE_INVALID', problems.map((problem) => problem.message).join('; '));
  return request;
}

/**
 * The to-be-signed bytes with their holes filled, read again by other code and compared with what was asked, and linted.
 * @param at the moment of the proposal
 * @throws CeremonyError LINT_FAILED, HSM_RANDOM when the HSM's random number gives a serial number that there is already
 */
export async function proposeCertificate(
  { request, spki, signer, judgedAs, again }: Issuing,
  step: PlannedStep,
  context: RunContext<'guard' | 'issue' | 'pack'>,
  at: string,
): Promise<ProposalMaterial> {
  const { guard, ceremony } = context;
  const { plan } = ceremony;
  const serial = serialNumber(await guard.random(signer.token, SERIAL_RANDOM_BYTES));
  const before = await issuedBefore(context);
  takeSerial(serial, 'this certificate', before);
  const { tbs, unsigned, lint } = await draftCertificate(request, { spki, serial }, judgedAs, context, at);
  const operation = signatureAsPlanned(plan, ceremony.events(), step, { key: signer.name, kind: 'certificate', tbs });
  requireSigner(operation, 'issuer' in judgedAs && judgedAs.issuer ? judgedAs.issuer.spki.der : spki);
  // Nobody knew before what is brought: only now can it be held to what is there.
  if (judgedAs.kind === 'cross-certificate') requireBeside(unsigned, judgedAs.existing, 'cross');
  if (again) requireBeside(unsigned, again.existing, again.changes);
  holdFit(new Map([['the new one', unsigned]]), at, before);
  return { operation, payload: tbs, lint };
}

/** A certificate before it is proposed. */
export interface Draft {
  readonly tbs: Uint8Array;
  /** Under a signature of zeros. */
  readonly unsigned: Certificate;
  /** What was waived. */
  readonly lint: readonly LintProblem[];
}

/** @param at the moment of the proposal @throws CeremonyError LINT_FAILED */
export async function draftCertificate(
  request: CertificateRequest,
  holes: CertificateHoles,
  judgedAs: JudgedAs,
  { issue, ceremony }: Pick<RunContext<'issue'>, 'issue' | 'ceremony'>,
  at: string,
): Promise<Draft> {
  const { plan } = ceremony;
  const tbs = await issue.tbsCertificate(request, holes);
  const parsed = parseTbsCertificate(tbs);
  const [difference] = differencesOf(parsed, request, holes);
  if (difference !== undefined)
    throw new CeremonyError('LINT_FAILED', `the to-be-signed certificate differs from what was asked: ${difference}`);
  const linted = lint(
    { tbsCertificate: tbs },
    plan.rules,
    { ...judgedAs, plannedAt: at } as CertificateContext,
    waiversOf(plan),
  );
  const unsigned = parseCertificate(encodeSigned(tbs, parsed.tbsSignatureAlgorithm.der, new Uint8Array(64)));
  return { tbs, unsigned, lint: requireCleanLint(linted) };
}

/** @throws CeremonyError LINT_FAILED */
function requireBeside(certificate: Certificate, existing: Certificate, as: 'cross' | readonly Change[]): void {
  const own = { name: 'the new one', certificate };
  const kept = { name: 'the existing one', certificate: existing };
  const faults = as === 'cross' ? beside(own, kept) : reissueDifferences(own, kept, as);
  if (faults.length > 0)
    throw new CeremonyError(
      'LINT_FAILED',
      `${as === 'cross' ? 'the cross-certificate does not fit the certificate beside which it stands' : 'the certificate is not the existing one issued again'}: it ${faults.map(({ message }) => message).join('; it ')}`,
      { hint: 'nothing is signed: the script, or what was brought, has to be another' },
    );
}

/** `notAfter is … , asked for …` */
export function differencesOf(
  certificate: Parameters<typeof compareCertificate>[0],
  request: CertificateRequest,
  holes: CertificateHoles,
): string[] {
  return compareCertificate(certificate, request, holes).map(
    ({ field, found, asked }) => `${field} is ${found}, asked for ${asked}`,
  );
}

/** Who signs a certificate: those above it, the one that signs first; none above a self-signed one. */
export interface Certifier {
  readonly chain: readonly Certificate[];
  readonly judgedAs: JudgedAs;
  /** What a wrong signature is said of: `certificate does not verify with …`. */
  readonly refusal: string;
}

/**
 * Has the approved bytes signed; the certificate gets its name only when it holds those bytes, verifies, and keeps the
 * rules as a whole. Proposed = linted = approved = signed, byte for byte.
 * @param certifier read once the signature is there: in a batch the issuer's certificate is signed just before
 */
export async function* signCertificate(
  step: PlannedStep,
  { operations, issue, pack, ceremony }: RunContext<'operations' | 'issue' | 'pack'>,
  certifier: () => Promise<Certifier>,
): Running {
  const { bytes: signature, payload } = yield* operations.execute(step);
  const tbs = wholeOf(payload);
  const { plan } = ceremony;
  const by = await certifier();
  const proposed = proposalOf(ceremony.events(), step.key);
  const mechanism = String(proposed?.descriptor['mechanism']);
  const certificate = assembled({ tbs, signature, mechanism }, by, { issue, plan }, proposed?.at ?? '');
  yield* pack.add(step, certificateFiles(step.out ?? '', certificate, by.chain));
}

/**
 * @param at the moment of the proposal
 * @throws CeremonyError PAYLOAD_DIGEST, HSM_SIGNATURE, LINT_FAILED
 */
export function assembled(
  {
    tbs,
    signature,
    mechanism,
  }: { readonly tbs: Uint8Array; readonly signature: Uint8Array; readonly mechanism: string },
  { chain, judgedAs, refusal }: Certifier,
  { issue, plan }: { readonly issue: Pick<Issue, 'assemble'>; readonly plan: Plan },
  at: string,
): Certificate {
  const der = issue.assemble(tbs, mechanism, signature);
  const certificate = parseCertificate(der);
  if (Buffer.compare(certificate.tbs, tbs) !== 0)
    throw new CeremonyError('PAYLOAD_DIGEST', 'the assembled certificate does not hold the approved bytes');
  const { spki } = chain[0] ?? certificate;
  if (!verifySignature(spki, certificate.signatureAlgorithm.der, certificate.tbs, certificate.signature))
    throw new CeremonyError('HSM_SIGNATURE', refusal);
  requireCleanLint(
    lint({ certificate: der }, plan.rules, { ...judgedAs, plannedAt: at } as CertificateContext, waiversOf(plan)),
  );
  return certificate;
}

export type PackFile = readonly [path: string, bytes: Uint8Array];

/**
 * The files that a certificate is kept and published as: DER for authority information access; PEM alone; its fingerprint
 * and what else the CCADB asks; text; below another, PEM from it up to the one under the root, as servers send it, and up
 * to the root.
 * @param out `tls-ca-1.crt`
 * @param chain those above it, the one that signs first, as far as they are there
 */
export function certificateFiles(
  out: string,
  certificate: Certificate,
  chain: readonly Certificate[],
): readonly PackFile[] {
  const { der } = certificate;
  const stem = out.replace(/\.crt$/, '');
  const text = textBeside(der);
  const pem = Buffer.from(pemOf('CERTIFICATE', der));
  const pems = (those: readonly { readonly der: Uint8Array }[]) =>
    Buffer.from(those.map((one) => pemOf('CERTIFICATE', one.der)).join(''));
  const withoutRoot = chain.filter(({ subject, issuer }) => Buffer.compare(subject.der, issuer.der) !== 0);
  return [
    [`certificates/${stem}.crt`, der],
    [`certificates/${stem}.pem`, pem],
    [`certificates/${stem}.txt`, text],
    [`publish/${stem}.crt`, der],
    [`publish/${stem}.pem`, pem],
    [`publish/${stem}.csv`, Buffer.from(fingerprintsCsv(out, certificate))],
    [`publish/${stem}.txt`, text],
    ...(chain.length === 0
      ? []
      : ([
          [`publish/${stem}${CHAIN_SUFFIXES.chain}.pem`, pems([{ der }, ...withoutRoot])],
          [`publish/${stem}${CHAIN_SUFFIXES.full}.pem`, pems([{ der }, ...chain])],
        ] as const)),
  ];
}
