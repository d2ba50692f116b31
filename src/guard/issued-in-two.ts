import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Operation } from '../quorum/operation.ts';
import { bytesOf, toBeSigned } from '../quorum/sign-list.ts';
import { parseTbsCertificate } from '../x509/certificate.ts';
import { type CrlScope, needsNoCrl, outside, scopeKey, scopeWords } from '../x509/crl-scope.ts';

type Signs = Extract<Operation, { readonly op: 'sign' | 'sign-list' }>;

/**
 * Whether no certificate that is to be signed is in two partitions of its CA's CRL: revoked in one, it would be good by the other.
 * One that is in none may be of a partition that begins after it in this ceremony; the plan and the verifier say whether it does.
 * @param scopes of all CRLs that the key has signed, in this ceremony and before it; undefined is that of complete ones
 * @throws CeremonyError DESCRIPTOR_INVALID, DER_INVALID
 */
export function holdInOnePartition(
  operation: Signs,
  payload: Uint8Array,
  scopes: Iterable<CrlScope | undefined>,
): void {
  const parts = [...new Map([...scopes].flatMap((one) => (one ? [[scopeKey(one), one] as const] : []))).values()];
  if (parts.length < 2) return;
  for (const { what, bytes } of certificatesIn(operation, payload)) {
    const certificate = parseTbsCertificate(bytes);
    if (needsNoCrl(certificate, operation.key as Sha256)) continue;
    const [one, other] = parts.filter((scope) => outside(scope, certificate) === undefined);
    if (one && other)
      throw new CeremonyError(
        'DESCRIPTOR_INVALID',
        `${what} would be in two partitions of the CRL of its CA, ${scopeWords(one)} and ${scopeWords(other)}: what one lists the other could leave out`,
        { hint: 'nothing is signed: a certificate names the CRL of one partition ("crl:" of its profile)' },
      );
  }
}

function certificatesIn(
  operation: Signs,
  payload: Uint8Array,
): readonly { readonly what: string; readonly bytes: Uint8Array }[] {
  if (operation.op === 'sign') return [{ what: 'the certificate', bytes: payload }];
  return toBeSigned(operation).map((one) => ({
    what: `item ${one.index + 1}, "${one.out}",`,
    bytes: bytesOf(one, payload),
  }));
}
