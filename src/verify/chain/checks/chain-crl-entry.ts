import { beginsWith } from '../../../x509/revoked-entries.ts';
import type { ChainCheck } from '../chain-check.ts';
import { crlSteps, entryText } from '../crl-steps.ts';

/** RFC 5280 §3.3: an entry stays until a CRL issued beyond the certificate's validity has had it; this program lets none go. */
export const chainCrlEntry: ChainCheck = {
  id: 'CHAIN-CRL-ENTRY',
  title: 'no entry of a CRL is lost or changed in a later one of the same issuer',
  run(chain, { report }) {
    for (const { last, next } of crlSteps(chain)) {
      if (last === undefined || beginsWith(next.revoked, last.revoked)) continue;
      for (const entry of last.revoked) {
        const now = next.revoked.find(entry.serial);
        const [was, is] = [entryText(entry), now && entryText(now)];
        if (was !== is)
          report(
            next.link.name,
            next.path,
            `the entry of ${entry.serial} is ${is ?? '(absent)'}; in ${last.said} it is ${was}`,
          );
      }
    }
  },
};
