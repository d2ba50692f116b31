import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { issuerIdentity } from '../pki/issuer.ts';
import { existingPath, isBrought } from '../plan/existing.ts';
import type { NamedDates } from '../plan/issuing.ts';
import { certificatePath, chainOf, datesOfChain, keyNamed, keyOfCertificate, type NamedKey } from '../plan/known.ts';
import type { Plan } from '../plan/plan.ts';
import { makerOf, proposalOf, resultOf } from '../plan/record.ts';
import type { PackAccess } from '../plan/step-type.ts';
import type { Issue } from '../ports.ts';
import type { Operation } from '../quorum/operation.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { Certificate } from '../x509/model.ts';

/*
 * The certificate of a CA that signs, as a step needs it: while it proposes, once it has signed, and where it is judged.
 */

/**
 * In a batch a certificate or CRL is proposed while that of its issuer is approved and not yet signed: its approved bytes
 * are all that is repeated of it, so they stand for it, under a signature of zeros.
 * @param name the script's, of a certificate of this ceremony or of one that is used
 * @throws CeremonyError HSM_OBJECT_MISSING when it is neither issued nor proposed
 */
export async function issuerCertificate(
  plan: Plan,
  name: string,
  events: readonly Event[],
  pack: Pick<PackAccess, 'read'>,
  issue: Pick<Issue, 'assemble'>,
): Promise<Certificate> {
  const maker = makerOf(plan, 'certificate', name);
  if (!maker || resultOf(events, maker.key)) return issuedCertificate(plan, name, pack);
  const proposed = proposalOf(events, maker.key);
  if (proposed?.payload == null)
    throw new CeremonyError(
      'HSM_OBJECT_MISSING',
      `the certificate of step "${maker.id}" is neither issued nor proposed`,
    );
  const tbs = await pack.read(proposed.payload);
  return parseCertificate(issue.assemble(tbs, String(proposed.descriptor['mechanism']), new Uint8Array(64)));
}

/** One that is in the pack. @throws CeremonyError HSM_OBJECT_MISSING for a name of nothing, and what `read` throws */
export async function issuedCertificate(
  plan: Plan,
  name: string,
  pack: Pick<PackAccess, 'read'>,
): Promise<Certificate> {
  const path = certificatePath(plan, name);
  if (path === undefined) throw new CeremonyError('HSM_OBJECT_MISSING', `there is no certificate "${name}"`);
  return parseCertificate(await pack.read(path));
}

/** The key that signs for the CA of that certificate. @throws CeremonyError HSM_OBJECT_MISSING */
export function issuerKey(plan: Plan, events: readonly Event[], issuer: string): NamedKey & { readonly name: string } {
  const name = keyOfCertificate(plan, issuer);
  const key = name === undefined ? undefined : keyNamed(plan, events, name);
  if (name === undefined || !key)
    throw new CeremonyError(
      'HSM_OBJECT_MISSING',
      `the key ${name === undefined ? `of "${issuer}" is on no HSM here` : `"${name}" has not been generated`}`,
    );
  return { name, ...key };
}

/**
 * A signature by another key than its issuer's verifies with nothing, and is made all the same: so this is asked before
 * anybody approves it.
 * @param spki DER of the public key in the certificate of whoever signs
 * @throws CeremonyError LINT_FAILED with both digests
 */
export function requireSigner(signing: Operation, spki: Uint8Array): void {
  const certified = sha256(spki);
  if ((signing.op !== 'sign' && signing.op !== 'sign-list') || signing.key === certified) return;
  throw new CeremonyError(
    'LINT_FAILED',
    `the key that is to sign has the SHA-256 ${signing.key}, and that of the issuer's certificate ${certified}`,
    { hint: 'nothing is signed: the certificate of the issuer is not that of this key' },
  );
}

/** What is issued below certificates takes over of them. */
export interface Above {
  /** The one that signs first, then those above it as far as the script names them. */
  readonly chain: readonly Certificate[];
  readonly identity: ReturnType<typeof issuerIdentity>;
  readonly dates: NamedDates;
}

/** @param find the certificate of a name of the script. @throws CeremonyError PROFILE_INVALID for an issuer without a key identifier */
export async function above(
  plan: Plan,
  issuer: string,
  find: (name: string) => Promise<Certificate>,
): Promise<Above & { readonly issuer: Certificate }> {
  const chain: Certificate[] = [];
  for (const name of chainOf(plan, issuer)) chain.push(await find(name));
  return aboveOf(plan, issuer, chain);
}

/** Who signs below a CA, once it has its certificate. */
export async function certifierOf(
  kind: 'subordinate-ca' | 'ocsp-responder',
  plan: Plan,
  name: string,
  pack: Pick<PackAccess, 'read'>,
): Promise<{
  readonly chain: readonly Certificate[];
  readonly judgedAs: { readonly kind: typeof kind; readonly issuer: Certificate };
}> {
  const { chain, issuer } = await above(plan, name, (one) => issuedCertificate(plan, one, pack));
  return { chain, judgedAs: { kind, issuer } };
}

/**
 * The certificate beside which another is issued: as `issuerCertificate` where it is of this CA, else the one that was read.
 * @throws CeremonyError HSM_OBJECT_MISSING, FILE_MISSING
 */
export async function existingCertificate(
  plan: Plan,
  name: string,
  events: readonly Event[],
  pack: Pick<PackAccess, 'read'>,
  issue: Pick<Issue, 'assemble'>,
): Promise<Certificate> {
  if (!isBrought(plan, name)) return await issuerCertificate(plan, name, events, pack, issue);
  const path = existingPath(plan, events, name);
  if (path === undefined) throw new CeremonyError('FILE_MISSING', `no certificate "${name}" has been read`);
  return parseCertificate(await pack.read(path), path);
}

/** @param chain certificates of `chainOf`, in its order */
export function aboveOf(
  plan: Plan,
  issuer: string,
  chain: readonly Certificate[],
): Above & { readonly issuer: Certificate } {
  const [first] = chain;
  if (!first) throw new CeremonyError('HSM_OBJECT_MISSING', `there is no certificate "${issuer}"`);
  const names = chainOf(plan, issuer);
  const dates = datesOfChain(plan, issuer, (name) => {
    const one = chain[names.indexOf(name)];
    return one && { notBefore: one.notBefore.at, notAfter: one.notAfter.at };
  });
  return { chain, issuer: first, identity: issuerIdentity(first), dates };
}
