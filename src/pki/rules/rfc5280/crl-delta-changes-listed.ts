import { combinationFaults, constructedCrl, isDelta } from '../../../x509/constructed-crl.ts';
import { faultyEntries, sayMost } from '../../crl-entries.ts';
import { defineRule } from '../../rule.ts';

export const crlDeltaChangesListed = defineRule({
  id: 'rfc5280/crl-delta-changes-listed',
  title: 'a delta CRL lists all that has changed since the complete one, what the delta CRL before lists too',
  clause: 'RFC 5280 §5.2.4',
  severity: 'error',
  appliesTo: 'crl',
  when: ({ crl, malformed }, { base, previous }) =>
    isDelta(crl) &&
    malformed.length === 0 &&
    base !== undefined &&
    previous !== undefined &&
    combinationFaults(base, crl).length === 0,
  check: ({ crl }, { base, delta, previous }) => {
    if (!base || !previous) return [];
    const now = constructedCrl(base, crl).revoked;
    const back = Array.from(base.revoked, ({ serial }) => serial).filter(
      (serial) => previous.revoked.find(serial) === undefined && now.find(serial) !== undefined,
    );
    return [
      ...(delta
        ? faultyEntries(delta, ({ serial }) =>
            crl.revoked.find(serial) ? undefined : 'of the delta CRL before is missing',
          )
        : []),
      ...sayMost(
        back
          .filter((serial) => crl.revoked.find(serial) === undefined)
          .map((serial) => `the entry of ${serial} was removed, and with this delta CRL it is there again`),
      ),
    ];
  },
});
