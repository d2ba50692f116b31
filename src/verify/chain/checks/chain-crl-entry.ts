import { HOLD } from '../../../pki/hold.ts';
import { isDelta } from '../../../x509/constructed-crl.ts';
import { reasonCode } from '../../../x509/crl-extensions.ts';
import type { RevokedEntry } from '../../../x509/model.ts';
import { beginsWith } from '../../../x509/revoked-entries.ts';
import type { ChainCheck } from '../chain-check.ts';
import { crlSteps, entryText } from '../crl-steps.ts';

/**
 * RFC 5280 §3.3: an entry stays until a CRL issued beyond the certificate's validity has had it; this program lets none go but
 * what a delta CRL before has released from its hold.
 */
export const chainCrlEntry: ChainCheck = {
  id: 'CHAIN-CRL-ENTRY',
  title: 'no entry of a CRL is lost or changed in a later one of the same issuer',
  run(chain, { report }) {
    for (const { last, next } of crlSteps(chain)) {
      if (last === undefined || isDelta(next.crl)) continue;
      const { state } = last;
      if (beginsWith(next.crl.revoked, state.crl.revoked)) continue;
      for (const entry of state.crl.revoked) {
        const now = next.crl.revoked.find(entry.serial);
        const [was, is] = [entryText(entry), now && entryText(now)];
        if (was !== is && !(now && isForGood(entry, now)))
          report(
            next.link.name,
            next.path,
            `the entry of ${entry.serial} is ${is ?? '(absent)'}; in ${state.said} it is ${was}`,
          );
      }
    }
  },
};

/** What was on hold may be revoked for good. */
function isForGood(was: RevokedEntry, now: RevokedEntry): boolean {
  return reasonCode(was.extensions) === HOLD && reasonCode(now.extensions) !== HOLD;
}
