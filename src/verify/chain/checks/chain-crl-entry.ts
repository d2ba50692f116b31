import type { ChainCheck } from '../chain-check.ts';
import { crlSteps } from '../crl-steps.ts';

/** RFC 5280 §3.3: an entry stays until a CRL issued beyond the certificate's validity has had it; this program lets none go. */
export const chainCrlEntry: ChainCheck = {
  id: 'CHAIN-CRL-ENTRY',
  title: 'no entry of a CRL is lost or changed in a later one of the same issuer',
  run(chain, { report }) {
    for (const { last, next } of crlSteps(chain))
      for (const [serial, said] of last?.entries ?? []) {
        const now = next.entries.get(serial);
        if (now !== said)
          report(
            next.link.name,
            next.path,
            `the entry of ${serial} is ${now ?? '(absent)'}; in ${last?.said} it is ${said}`,
          );
      }
  },
};
