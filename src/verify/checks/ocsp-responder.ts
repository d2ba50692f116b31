import { sha256 } from '../../base/digest.ts';
import { answersFaults } from '../../pki/answer-faults.ts';
import type { Certificate } from '../../x509/model.ts';
import type { OcspResponse } from '../../x509/ocsp-response.ts';
import { isNamedBy } from '../answered-ca.ts';
import { defineCheck } from '../check.ts';
import type { PackCertificate, SignedFile } from '../parts.ts';

export const ocspResponder = defineCheck({
  id: 'OCSP-RESPONDER',
  title:
    'every OCSP response is signed by the CA about whose certificates it is, or by a responder that this CA has certified',
  needs: ['ocspResponses', 'packCertificates'],
  run({ ocspResponses, packCertificates }, { report }) {
    for (const file of ocspResponses)
      for (const message of faultsOf(file, packCertificates)) report(file.path, message);
  },
});

function faultsOf({ content, item }: SignedFile<OcspResponse>, there: readonly PackCertificate[]): string[] {
  const { responses, certificates } = content;
  const [first] = responses;
  const issuers = there.filter(({ content: one }) =>
    responses.every(({ certId }) => isNamedBy(certId, one.subject, one.spki)),
  );
  if (!first || issuers.length === 0) return ['there is no certificate of the one CA whose certificates it is about'];
  const [responder, second] = certificates;
  if (second) return ['it comes with several certificates, expected that of its responder at most'];
  const signer = (responder ?? issuers[0]?.content) as Certificate;
  if (sha256(signer.spki.der) !== item.key)
    return [`the key that was approved for it is not that of ${responder ? 'its responder' : 'the CA'}`];
  const dates = { thisUpdate: first.thisUpdate.at, nextUpdate: first.nextUpdate?.at ?? first.thisUpdate.at };
  // A renewed CA has two certificates of one key: one of them has to bear it out.
  const found = issuers.map(({ content: issuer }) => answersFaults({ issuer, responder, certificates: [], ...dates }));
  return found.some((faults) => faults.length === 0) ? [] : (found[0] ?? []).map(({ message }) => message);
}
