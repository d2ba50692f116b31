import type { Octets } from '../../base/octets.ts';
import { sameBytes } from '../../der/reader.ts';
import { currentCrls, isDelta } from '../../x509/constructed-crl.ts';
import { outside, scopeOf, scopeWords } from '../../x509/crl-scope.ts';
import type { Certificate, CertificateList } from '../../x509/model.ts';
import type { CertId, CertStatus } from '../../x509/ocsp-response.ts';
import { revocationIn } from '../../x509/revocation.ts';
import { verifySignature } from '../../x509/signature.ts';
import { isNamedBy } from '../answered-ca.ts';
import { defineCheck } from '../check.ts';
import type { PackCertificate, SignedFile } from '../parts.ts';

type SignedCrl = SignedFile<CertificateList, Octets>;

/** RFC 6960 §2.2; of a CA with partitioned CRLs RFC 5280 §5.2.5: the CRL of another partition never lists the certificate. */
export const ocspStatus = defineCheck({
  id: 'OCSP-STATUS',
  title:
    'every OCSP response says of each certificate what the CRL says that its CA signed before it in this ceremony, of all that it issues or of the partition which the certificate is in',
  needs: ['ocspResponses', 'crls', 'packCertificates'],
  run({ ocspResponses, crls, packCertificates }, { report }) {
    for (const { path, content, done } of ocspResponses) {
      const before = crls.filter((one) => one.done.result.seq < done.proposal.seq);
      for (const { certId, status, thisUpdate } of content.responses) {
        const { hex } = certId.serial;
        const crl = crlOf(certId, before, packCertificates);
        if (typeof crl === 'string') {
          report(path, `it answers for the serial number ${hex} ${crl}`);
          continue;
        }
        // What a delta CRL has said since counts too.
        const [now = crl.content] = currentCrls([
          crl.content,
          ...before.flatMap(({ content: one }) => (isDelta(one) ? [one] : [])),
        ]);
        const listed = revocationIn(now, hex);
        const due = listed ? revokedWords(listed.at, listed.reason) : 'good';
        const said = statusWords(status);
        if (said !== due) report(path, `it says of the serial number ${hex} ${said}; by "${crl.path}" it is ${due}`);
        else if (thisUpdate.at < crl.content.thisUpdate.at)
          report(path, `its thisUpdate ${thisUpdate.at} is before that of "${crl.path}", by which it goes`);
      }
    }
  },
});

/** The complete CRL by which a response says whether a certificate is revoked, or why there is none. */
function crlOf(
  certId: CertId,
  before: readonly SignedCrl[],
  certificates: readonly PackCertificate[],
): SignedCrl | string {
  const own = before.filter(
    ({ content, key }) => !isDelta(content) && key && isNamedBy(certId, content.issuer, key.spki),
  );
  const last = own.at(-1);
  if (!last) return 'of a CA that signed no CRL before it in this ceremony';
  const complete = own.findLast(({ content }) => scopeOf(content) === undefined);
  if (complete) return complete;
  const certificate = certificates.find(({ content }) => isIssued(content, certId, last))?.content;
  if (!certificate) return 'of a CA whose CRL is partitioned, and that certificate is not in the pack';
  const whys = own.map(({ content }) => outside(scopeOf(content) ?? {}, certificate));
  const [within, other] = own.filter((_, index) => whys[index] === undefined);
  if (within && other)
    return `which is in the partitions of "${within.path}" and of "${other.path}" (${[within, other].map(({ content }) => scopeWords(scopeOf(content) ?? {})).join('; ')})`;
  return within ?? `which is in no partition of which its CA signed a CRL before it: ${[...new Set(whys)].join('; ')}`;
}

function isIssued(certificate: Certificate, { serial }: CertId, { content: crl, key }: SignedCrl): boolean {
  return (
    certificate.serial.hex === serial.hex &&
    sameBytes(certificate.issuer.der, crl.issuer.der) &&
    key !== undefined &&
    verifySignature(key.spki, certificate.signatureAlgorithm.der, certificate.tbs, certificate.signature)
  );
}

function statusWords(status: CertStatus): string {
  return status.kind === 'revoked' ? revokedWords(status.at.at, status.reason) : status.kind;
}

function revokedWords(at: string, reason: string | undefined): string {
  return `revoked at ${at}${reason === undefined ? '' : ` for ${reason}`}`;
}
