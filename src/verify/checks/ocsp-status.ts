import { currentCrls, isDelta } from '../../x509/constructed-crl.ts';
import { scopeOf } from '../../x509/crl-scope.ts';
import type { CertStatus } from '../../x509/ocsp-response.ts';
import { revocationIn } from '../../x509/revocation.ts';
import { isNamedBy } from '../answered-ca.ts';
import { defineCheck } from '../check.ts';

export const ocspStatus = defineCheck({
  id: 'OCSP-STATUS',
  title: 'every OCSP response says of each certificate what the CRL says that its CA signed before it in this ceremony',
  needs: ['ocspResponses', 'crls'],
  run({ ocspResponses, crls }, { report }) {
    for (const { path, content, done } of ocspResponses) {
      for (const { certId, status, thisUpdate } of content.responses) {
        const { hex } = certId.serial;
        const crl = crls.findLast(
          (one) =>
            one.done.result.seq < done.proposal.seq &&
            !isDelta(one.content) &&
            one.key &&
            isNamedBy(certId, one.content.issuer, one.key.spki),
        );
        if (!crl) {
          report(path, `it answers for the serial number ${hex} of a CA that signed no CRL before it in this ceremony`);
          continue;
        }
        if (scopeOf(crl.content) !== undefined) {
          report(
            path,
            `it answers for the serial number ${hex} by "${crl.path}", which is of a partition and not complete`,
          );
          continue;
        }
        // What a delta CRL has said since counts too.
        const [now = crl.content] = currentCrls([
          crl.content,
          ...crls
            .filter((one) => isDelta(one.content) && one.done.result.seq < done.proposal.seq)
            .map((one) => one.content),
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

function statusWords(status: CertStatus): string {
  return status.kind === 'revoked' ? revokedWords(status.at.at, status.reason) : status.kind;
}

function revokedWords(at: string, reason: string | undefined): string {
  return `revoked at ${at}${reason === undefined ? '' : ` for ${reason}`}`;
}
