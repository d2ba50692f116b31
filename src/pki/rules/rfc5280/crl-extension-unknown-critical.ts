import { OID } from '../../../der/oid.ts';
import { faultyEntries } from '../../crl-entries.ts';
import { unknownCritical } from '../../extension-lists.ts';
import { defineRule } from '../../rule.ts';

/** The critical extensions of RFC 5280 §5.2 and §5.3. */
const KNOWN: ReadonlySet<string> = new Set([OID.issuingDistributionPoint, OID.deltaCRLIndicator]);
const KNOWN_OF_ENTRIES: ReadonlySet<string> = new Set([OID.certificateIssuer]);

export const crlExtensionUnknownCritical = defineRule({
  id: 'rfc5280/crl-extension-unknown-critical',
  title: 'no critical extension of CRL or entries is one that relying parties need not know',
  clause: 'RFC 5280 §5.2, §5.3',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }) => [
    ...unknownCritical(crl.extensions, KNOWN),
    ...faultyEntries(crl, ({ extensions }) => {
      const [first] = unknownCritical(extensions, KNOWN_OF_ENTRIES);
      return first && `is wrong: ${first}`;
    }),
  ],
});
