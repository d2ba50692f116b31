import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { sameBytes } from '../der/reader.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Operation } from '../quorum/operation.ts';
import type { Attributes } from '../token/replies.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { checkPublicKey } from '../x509/key-check.ts';
import { verifySignature } from '../x509/signature.ts';
import type { KnownKey } from './hsm.ts';

/*
 * A key that no ledger has, on an HSM that was there before: a guard learns it from the certificate that the authorization
 * names, and from nothing that the core says.
 */

type ByCertificate = Extract<Operation, { op: 'prove-key' }> & {
  readonly certificate: NonNullable<Extract<Operation, { op: 'prove-key' }>['certificate']>;
};

/** Whether the key that is to be proven comes with its certificate. */
export function isByCertificate(operation: Operation): operation is ByCertificate {
  return operation.op === 'prove-key' && operation.certificate !== undefined;
}

/**
 * The key of the certificate that comes with the operation, if it is the very one that the authorization names and has
 * signed itself.
 * @param payload bytes of the certificate, held against the descriptor before
 * @throws CeremonyError REQUEST_REFERENCE, DER_INVALID, CERTIFICATE_UNFIT, DESCRIPTOR_INVALID
 */
export function keyOfCertificate(
  { key, certificate: { name, sha256: approved } }: ByCertificate,
  payload: Uint8Array,
  { references }: Pick<Authorization, 'references'>,
): KnownKey {
  const reference = `${name}-sha256`;
  const found = sha256(payload);
  if (found !== approved || found !== references.get(reference))
    throw new CeremonyError(
      'REQUEST_REFERENCE',
      `the certificate "${name}" is ${found}, and the authorization names ${references.get(reference) ?? 'nothing'} as "${reference}"`,
      { hint: 'a key that no ledger has is used only where the policy authority has signed whose it is' },
    );
  const { spki, subject, issuer, signatureAlgorithm, tbs, signature } = parseCertificate(payload, name);
  const digest = sha256(spki.der);
  if (digest !== key)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `the certificate "${name}" is of the key ${digest}, and ${key} would sign`,
    );
  const refuse = (what: string): never => {
    throw new CeremonyError('CERTIFICATE_UNFIT', `the certificate "${name}": ${what}`);
  };
  const problems = checkPublicKey(spki);
  if (problems.length > 0) refuse(`its key fails its checks: ${problems.join('; ')}`);
  if (!sameBytes(subject.der, issuer.der) || !verifySignature(spki, signatureAlgorithm.der, tbs, signature))
    refuse('it is not signed with its own key');
  return { spki: spki.der, label: name };
}

/** What a key that is made here has (PKCS #11 v2.40 base §4.9), and one that was brought may lack. */
const WANTED = { SENSITIVE: true, EXTRACTABLE: false, LOCAL: true, ALWAYS_SENSITIVE: true, NEVER_EXTRACTABLE: true };

/** In what a private key that was there before is other than one that is made here; a sentence each. */
export function adoptedQuirks(attributes: Attributes, unreported: readonly string[]): string[] {
  return Object.entries(WANTED).flatMap(([name, wanted]) => {
    if (!(name in attributes) || unreported.includes(name))
      return [`the HSM does not report ${name} of the private key`];
    return attributes[name] === wanted ? [] : [`${name} of the private key is ${String(attributes[name])}`];
  });
}
