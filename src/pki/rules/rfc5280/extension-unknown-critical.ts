import { OID } from '../../../der/oid.ts';
import { unknownCritical } from '../../extension-lists.ts';
import { defineRule } from '../../rule.ts';

/** The extensions of RFC 5280 §4.2 that relying parties must or may process when critical. */
const KNOWN: ReadonlySet<string> = new Set([
  OID.basicConstraints,
  OID.keyUsage,
  OID.extKeyUsage,
  OID.certificatePolicies,
  OID.nameConstraints,
  OID.policyConstraints,
  OID.policyMappings,
  OID.inhibitAnyPolicy,
  OID.subjectAltName,
]);

export const extensionUnknownCritical = defineRule({
  id: 'rfc5280/extension-unknown-critical',
  title: 'no critical extension is one that relying parties need not know',
  clause: 'RFC 5280 §4.2',
  severity: 'warning',
  appliesTo: 'certificate',
  check: ({ certificate }) => unknownCritical(certificate.extensions, KNOWN),
});
